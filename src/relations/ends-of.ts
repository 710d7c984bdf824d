import type { KubeObject } from '../model/object.ts'
import type { GroupKind } from '../model/resource.ts'
import type { KeyIndex } from '../store/key-indexes.ts'
import type { Holds, RelationDeclaration } from './declaration.ts'
import type { At, Find, RelationEnd } from './end.ts'
import { labelsOf, type LabelQuery } from './label-query.ts'
import { ownersOf, type Reference, type ReferencesOf } from './references.ts'

/** The field that a declaration gives to the kind it begins at. */
export function forwardEnd(declaration: RelationDeclaration): RelationEnd {
  const { name, many, to, via } = declaration
  const kinds = listed(to)
  switch (via.by) {
    case 'owner':
      return { name, many: many ?? false, kinds, find: { by: 'reference', references: ofKinds(ownersOf, kinds), holds: always } }
    case 'reference': {
      const holds: Holds = via.holds ?? always
      return { name, many: many ?? false, kinds, find: { by: 'reference', references: ofKinds(via.references, kinds), holds: (target, object) => holds(object, target) } }
    }
    case 'selector':
      return { name, many: true, kinds, find: { by: 'labels', queryOf: queryOf(via), anyNamespace: via.anyNamespace ?? false } }
    case 'key':
      return { name, many: many ?? true, kinds, find: byKeys(`${idOf(declaration)} there`, via.keysOfOther, via.keysOf) }
    case 'through':
      return { name, many: many ?? false, kinds, find: { by: 'through', steps: via.there } }
  }
}

/** The field that it gives to a kind that it leads to; undefined where it has none. */
export function inverseEnd(declaration: RelationDeclaration): RelationEnd | undefined {
  const { inverse, from, to, via } = declaration
  return inverse === undefined ? undefined : { name: inverse, many: true, kinds: [from], find: inverseFind(idOf(declaration), listed(to), via) }
}

/** Tells the indexes of one relation from those of others. */
function idOf({ from, name }: RelationDeclaration): string {
  return `${from.group}/${from.kind}.${name}`
}

function inverseFind(id: string, kinds: readonly GroupKind[], via: RelationDeclaration['via']): Find {
  switch (via.by) {
    case 'owner':
      return byOwner
    case 'reference':
      return byReferences(id, ofKinds(via.references, kinds), via.partOf, via.holds ?? always, kinds[0]?.kind)
    case 'selector':
      return bySelector(id, queryOf(via), via.selectorOf, via.anyNamespace ?? false)
    case 'key':
      return byKeys(`${id} back`, via.keysOf, via.keysOfOther)
    case 'through':
      return { by: 'through', steps: via.back }
  }
}

const owners: KeyIndex = {
  name: 'owners',
  keysOf: ({ metadata }) => metadata.ownerReferences?.map(({ uid }) => uid) ?? [],
  partOf: ({ metadata }) => metadata.ownerReferences,
}

/** What is owned by an object, whatever kind that is of. */
export const byOwner: Find = {
  by: 'key',
  indexOf: () => owners,
  keysOf: ({ object }) => (object.metadata.uid === undefined ? [] : [object.metadata.uid]),
  holds: always,
}

/** What refers to an object: found by kind and name, then compared with all that the references say. */
export function byReferences(id: string, references: ReferencesOf, partOf: KeyIndex['partOf'], holds: Holds, usualKind = ''): Find {
  const keyed = (namespaced: boolean): KeyIndex => ({
    name: `${id} ${namespaced ? 'in a namespace' : 'in the cluster'}`,
    keysOf: (object) => [...new Set(references(object).map((reference) => referenceKey(reference, object, namespaced, usualKind)))],
    ...(partOf === undefined ? {} : { partOf }),
  })
  const [inNamespace, inCluster] = [keyed(true), keyed(false)]
  return {
    by: 'key',
    indexOf: ({ namespaced }) => (namespaced ? inNamespace : inCluster),
    keysOf: ({ kind, namespaced, object: { metadata } }) => [`${kind.kind}/${namespaced ? (metadata.namespace ?? '') : ''}/${metadata.name}`],
    holds: (source, { kind, object }) => references(source).some((reference) => pointsAt(reference, source, kind, object)) && holds(source, object),
  }
}

function referenceKey({ kind, namespace, name }: Reference, object: KubeObject, namespaced: boolean, usualKind: string): string {
  return `${kind ?? usualKind}/${namespaced ? (namespace ?? object.metadata.namespace ?? '') : ''}/${name}`
}

function pointsAt(reference: Reference, source: KubeObject, kind: GroupKind, { metadata }: KubeObject): boolean {
  return (
    reference.name === metadata.name &&
    (reference.kind ?? kind.kind) === kind.kind &&
    (reference.group ?? kind.group) === kind.group &&
    (metadata.namespace === undefined || (reference.namespace ?? source.metadata.namespace) === metadata.namespace) &&
    hasUid(reference, metadata)
  )
}

/** An earlier object of the same name has another uid. (The kubelet writes a node's name where its uid should be.) */
export function hasUid({ uid }: Reference, metadata: KubeObject['metadata']): boolean {
  return uid === undefined || metadata.uid === undefined || uid === metadata.uid || uid === metadata.name
}

/** Without a kind in what is said, the first that it may be about is meant; what is said of other kinds is about something else. */
function ofKinds(references: ReferencesOf, kinds: readonly GroupKind[]): ReferencesOf {
  const [usual] = kinds
  if (usual === undefined) return references
  const isMeant = ({ kind = usual.kind, group }: Reference) => kinds.some((candidate) => candidate.kind === kind && (group ?? candidate.group) === candidate.group)
  return (object) => {
    const found = references(object)
    return found.every(isMeant) ? found : found.filter(isMeant)
  }
}

type SelectorVia = Extract<RelationDeclaration['via'], { by: 'selector' }>

function queryOf({ selectorOf, read }: SelectorVia): (object: KubeObject) => LabelQuery | undefined {
  return (object) => read(selectorOf(object))
}

/** Where selectors are found that require no label. */
const anyLabel = '*'

/** What selects an object: found by one label that the selector requires, then tried. */
function bySelector(id: string, queryOf: (object: KubeObject) => LabelQuery | undefined, partOf: KeyIndex['partOf'], anyNamespace: boolean): Find {
  const placed = (namespace: string | undefined, label: string) => (anyNamespace ? label : `${namespace ?? ''}/${label}`)
  const index: KeyIndex = {
    name: id,
    keysOf: (object) => {
      const query = queryOf(object)
      if (query === undefined) return []
      const [first] = query.required
      const labels = first === undefined ? [anyLabel] : first.values.map((value) => `${first.key}=${value}`)
      return [...new Set(labels)].map((label) => placed(object.metadata.namespace, label))
    },
    ...(partOf === undefined ? {} : { partOf }),
  }
  return {
    by: 'key',
    indexOf: () => index,
    keysOf: ({ object }) => [anyLabel, ...labelsOf(object).map(([key, value]) => `${key}=${value}`)].map((label) => placed(object.metadata.namespace, label)),
    holds: (source, { object }) => queryOf(source)?.holds(object) === true,
  }
}

function byKeys(name: string, theirs: (object: KubeObject) => readonly string[], own: (object: KubeObject) => readonly string[]): Find {
  const index: KeyIndex = { name, keysOf: (object) => [...new Set(theirs(object))] }
  return { by: 'key', indexOf: () => index, keysOf: ({ object }: At) => own(object), holds: always }
}

export function listed(kinds: GroupKind | readonly GroupKind[]): readonly GroupKind[] {
  return 'kind' in kinds ? [kinds] : kinds
}

function always(): boolean {
  return true
}
