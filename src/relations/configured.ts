import type { GroupKind } from '../model/resource.ts'
import { builtIn } from './built-in/built-in.ts'
import type { RelationDeclaration, Via } from './declaration.ts'
import { anySelectorQuery } from './label-query.ts'
import { namesAt, referencesAt, valueAt, type ReferencesOf } from './references.ts'
import { Relations } from './registry.ts'

/** A relation as a configuration says it. */
export interface ConfiguredRelation {
  readonly name: string
  readonly from: GroupKind
  readonly to: GroupKind
  readonly inverse?: string
  readonly many: boolean
  readonly via: { readonly by: 'owner' } | { readonly by: 'reference' | 'selector'; readonly path: string } | { readonly by: 'label'; readonly key: string }
}

/** The relations that are built in and those that are configured. Throws INVALID_CONFIG for one whose name is taken. */
export function relationsWith(configured: readonly ConfiguredRelation[]): Relations {
  return new Relations([...builtIn, ...configured.map(declare)])
}

function declare({ name, from, to, inverse, many, via }: ConfiguredRelation): RelationDeclaration {
  return { name, from, to, many, ...(inverse === undefined ? {} : { inverse }), via: viaOf(via) }
}

function viaOf(via: ConfiguredRelation['via']): Via {
  switch (via.by) {
    case 'owner':
      return { by: 'owner' }
    case 'label':
      return { by: 'reference', references: namesAt(`metadata.labels['${via.key}']`), partOf: ({ metadata }) => metadata.labels }
    case 'reference':
      return { by: 'reference', references: namesOrReferencesAt(via.path) }
    case 'selector':
      return { by: 'selector', selectorOf: valueAt(via.path), read: anySelectorQuery }
  }
}

/** What stands there may be a name or say more; the one reading finds nothing in the other. */
function namesOrReferencesAt(path: string): ReferencesOf {
  const [names, references] = [namesAt(path), referencesAt(path)]
  return (object) => [...names(object), ...references(object)]
}
