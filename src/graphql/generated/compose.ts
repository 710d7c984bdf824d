import { apiVersionOf, formatKind, type Resource } from '../../model/resource.ts'
import type { FieldDescription, KindDescription, ObjectDescription, ReducedDocument } from './description.ts'
import { compareKinds, compareText, fieldNames, ownGroupRank, shortFieldNames, type FieldNames } from './names.ts'

/** What is known of one group version. */
export interface GroupVersionDescription {
  readonly prefix: string
  readonly reduced: ReducedDocument
}

/** A kind as it appears in the schema. */
export interface ComposedKind {
  readonly resource: Resource
  readonly root: ObjectDescription
  readonly names: FieldNames
  /** The short names that it has, beside the long ones. */
  readonly short: Partial<FieldNames>
}

export interface Composition {
  readonly kinds: readonly ComposedKind[]
  /** What the kinds are made of, by name; the kinds themselves are not among them. */
  readonly types: ReadonlyMap<string, ObjectDescription>
  /** Why kinds have no types, by kind. */
  readonly untyped: ReadonlyMap<string, string>
}

/**
 * One whole of what is known of all group versions. It depends on nothing but that: not on what
 * came first. Where kinds are in each other's way, Kubernetes' own go first, then names decide.
 */
export function compose(resources: readonly Resource[], described: ReadonlyMap<string, GroupVersionDescription>, options: { readonly maxTypes: number; readonly takenFields: ReadonlySet<string> }): Composition {
  const ordered = resources.toSorted(compareKinds)
  const shared = mergeShared(ordered, described)
  const types = new Map<string, ObjectDescription>()
  const untyped = new Map<string, string>()
  const typed: { readonly resource: Resource; readonly prefix: string; readonly root: ObjectDescription }[] = []
  const rootNames = new Set<string>()
  const known = new Map([...described].map(([apiVersion, { reduced }]) => [apiVersion, new Lookup(reduced)]))

  for (const resource of ordered) {
    const description = described.get(apiVersionOf(resource))
    const lookup = known.get(apiVersionOf(resource))
    const found = lookup?.kind(resource.kind)
    if (description === undefined || lookup === undefined || found === undefined) {
      untyped.set(formatKind(resource), lookup?.failure(resource.kind) ?? 'The API server has not published its schema yet.')
      continue
    }
    const made = closureOf(found.root, (name) => shared.get(name) ?? lookup.type(name))
    const clash = [found.root, ...made.values()].find((type) => rootNames.has(type.name) || (types.has(type.name) && types.get(type.name) !== type))
    const fresh = [...made.keys()].filter((name) => !types.has(name)).length
    if (clash !== undefined) untyped.set(formatKind(resource), `Another kind has a type by the name ${clash.name} already.`)
    else if (types.size + rootNames.size + fresh + 1 > options.maxTypes) untyped.set(formatKind(resource), `With it there would be more than ${options.maxTypes} types.`)
    else {
      for (const [name, type] of made) types.set(name, type)
      rootNames.add(found.root.name)
      typed.push({ resource, prefix: description.prefix, root: found.root })
    }
  }
  return { kinds: named(typed, options.takenFields), types, untyped }
}

/** One document's descriptions by name. */
class Lookup {
  readonly #kinds: ReadonlyMap<string, KindDescription>
  readonly #types: ReadonlyMap<string, ObjectDescription>
  readonly #failures: ReadonlyMap<string, string>

  constructor({ kinds, types, failures }: ReducedDocument) {
    this.#kinds = new Map(kinds.map((kind) => [kind.kind, kind]))
    this.#types = new Map(types.map((type) => [type.name, type]))
    this.#failures = new Map(failures.map(({ kind, reason }) => [kind, reason]))
  }

  kind(kind: string): KindDescription | undefined {
    return this.#kinds.get(kind)
  }

  type(name: string): ObjectDescription | undefined {
    return this.#types.get(name)
  }

  failure(kind: string): string | undefined {
    return this.#failures.get(kind)
  }
}

/**
 * The types that several documents repeat, each as one. Servers of different ages know more or
 * fewer fields of one type: it then has the fields of all, as the first in order has them.
 */
function mergeShared(ordered: readonly Resource[], described: ReadonlyMap<string, GroupVersionDescription>): ReadonlyMap<string, ObjectDescription> {
  const merged = new Map<string, ObjectDescription>()
  for (const apiVersion of new Set(ordered.map(apiVersionOf)))
    for (const type of described.get(apiVersion)?.reduced.types ?? []) {
      if (type.shared !== true) continue
      const known = merged.get(type.name)
      merged.set(type.name, known === undefined ? type : union(known, type))
    }
  return merged
}

function union(known: ObjectDescription, other: ObjectDescription): ObjectDescription {
  const keys = new Set(known.fields.map(({ key }) => key))
  const more = other.fields.filter(({ key }) => !keys.has(key))
  if (more.length === 0) return known
  return { ...known, fields: [...known.fields, ...more].toSorted((a, b) => compareText(a.key, b.key)) }
}

/** Everything that a type is made of, through and through. A name that leads nowhere is left out, and its fields are JSON. */
function closureOf(root: ObjectDescription, find: (name: string) => ObjectDescription | undefined): ReadonlyMap<string, ObjectDescription> {
  const found = new Map<string, ObjectDescription>()
  const pending: FieldDescription[] = [...root.fields]
  for (let field = pending.pop(); field !== undefined; field = pending.pop()) {
    const { of } = field.type
    const type = found.has(of) ? undefined : find(of)
    if (type === undefined) continue
    found.set(of, type)
    pending.push(...type.fields)
  }
  return found
}

function named(typed: readonly { readonly resource: Resource; readonly prefix: string; readonly root: ObjectDescription }[], takenFields: ReadonlySet<string>): ComposedKind[] {
  const taken = new Set(takenFields)
  const take = (name: string): string => {
    let free = name
    while (taken.has(free)) free += '_'
    taken.add(free)
    return free
  }
  const long = typed.map(({ resource, prefix, root }) => {
    const wanted = fieldNames(prefix, resource)
    return { resource, root, names: { list: take(wanted.list), object: take(wanted.object) } }
  })
  // Short names come second: none of them may cost a kind its long one.
  return long.map((kind) => ({ ...kind, short: shortNames(kind.resource, taken) }))
}

function shortNames(resource: Resource, taken: Set<string>): Partial<FieldNames> {
  if (!resource.preferred || ownGroupRank(resource.group) === undefined) return {}
  const { list, object } = shortFieldNames(resource)
  const free = { ...(taken.has(list) ? {} : { list }), ...(taken.has(object) ? {} : { object }) }
  for (const name of Object.values(free)) taken.add(name)
  return free
}
