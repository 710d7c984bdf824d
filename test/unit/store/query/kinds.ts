import { allSeeing } from '../../../../src/access/scope.ts'
import type { Json } from '../../../../src/model/json.ts'
import type { KubeObject } from '../../../../src/model/object.ts'
import { everything, type Predicate } from '../../../../src/model/predicate.ts'
import type { Resource } from '../../../../src/model/resource.ts'
import { selectRows, type Row } from '../../../../src/store/query/rows.ts'
import { createStore } from '../../../../src/store/store.ts'
import { nodes, pods } from '../../../support/resources.ts'

/** Real stores of two kinds, to be filled and asked. */
export function openKinds() {
  let version = 0
  const open = (resource: Resource) => ({ resource, store: createStore('test', { resource, publish: () => undefined, freeze: true }) })
  const kinds = { Pod: open(pods), Node: open(nodes) }
  const objectOf = (kind: keyof typeof kinds, name: string, namespace: string | undefined, fields: { readonly [field: string]: Json }): KubeObject => {
    version += 1
    return { apiVersion: 'v1', kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid: `${kind}-${namespace ?? ''}-${name}`, resourceVersion: String(version) }, ...fields }
  }
  return {
    put: (kind: keyof typeof kinds, name: string, namespace: string | undefined, fields: { readonly [field: string]: Json }) => kinds[kind].store.writer.put(objectOf(kind, name, namespace, fields)),
    remove: (kind: keyof typeof kinds, name: string, namespace: string | undefined) => kinds[kind].store.writer.remove(objectOf(kind, name, namespace, {})),
    rows: (predicate: Predicate = everything): readonly Row[] => selectRows(Object.values(kinds).map(({ store }) => ({ lister: store.lister(allSeeing), predicate }))),
  }
}

/** Rows of Pods with the given values at `v`, in the default order. */
export function rowsOf(values: readonly (Json | undefined)[]): readonly Row[] {
  const kinds = openKinds()
  for (const [i, value] of values.entries()) kinds.put('Pod', `p${String(i).padStart(4, '0')}`, 'shop', value === undefined ? {} : { v: value })
  return kinds.rows()
}

export const nameOf = ({ object }: Row): string => `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`
