import { WatchqlError } from '../base/errors.ts'
import type { GroupKind } from '../model/resource.ts'
import { children, controller, events, namespace, owners } from './built-in/everything.ts'
import type { RelationDeclaration } from './declaration.ts'
import type { RelationEnd } from './end.ts'
import { forwardEnd, inverseEnd, listed } from './ends-of.ts'

/** Those of all objects, whatever their kind. */
const common: ReadonlyMap<string, RelationEnd> = new Map([owners, controller, namespace, events].map((end) => [end.name, end]))

/** Names that relations of all objects have, or what else there is beside them. */
const taken: ReadonlySet<string> = new Set([...common.keys(), children.name, 'related', 'names', 'one', 'many'])

/** Which relations there are, by the kinds that have them. */
export class Relations {
  readonly #byKind = new Map<string, Map<string, RelationEnd>>()
  /** The same by the values that name kinds, which are few and live long: looked up for each object. */
  readonly #known = new WeakMap<GroupKind, Map<string, RelationEnd>>()

  /** Throws INVALID_CONFIG for a name that a kind has already. */
  constructor(declarations: readonly RelationDeclaration[]) {
    for (const declaration of declarations) {
      this.#add(declaration.from, forwardEnd(declaration))
      const inverse = inverseEnd(declaration)
      if (inverse !== undefined) for (const kind of listed(declaration.to)) this.#add(kind, inverse)
    }
  }

  /** The relations that a kind's objects have beside those of all objects. */
  of(kind: GroupKind): readonly RelationEnd[] {
    return [...(this.#byKind.get(nameOf(kind))?.values() ?? [])]
  }

  find(kind: GroupKind, name: string): RelationEnd | undefined {
    let ends = this.#known.get(kind)
    if (ends === undefined) {
      ends = this.#byKind.get(nameOf(kind)) ?? new Map<string, RelationEnd>()
      this.#known.set(kind, ends)
    }
    return ends.get(name) ?? common.get(name)
  }

  namesOf(kind: GroupKind): readonly string[] {
    return [...common.keys(), ...(this.#byKind.get(nameOf(kind))?.keys() ?? [])].toSorted()
  }

  #add(kind: GroupKind, end: RelationEnd): void {
    const ends = this.#byKind.get(nameOf(kind)) ?? new Map<string, RelationEnd>()
    this.#byKind.set(nameOf(kind), ends)
    if (ends.has(end.name) || taken.has(end.name)) throw new WatchqlError('INVALID_CONFIG', `relations: ${nameOf(kind)} has a relation ${end.name} already; choose another name.`)
    ends.set(end.name, end)
  }
}

function nameOf({ group, kind }: GroupKind): string {
  return `${group}/${kind}`
}
