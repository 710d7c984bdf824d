import { memberOf } from '../base/member-of.ts'
import type { KubeObject } from '../model/object.ts'
import { everything, value } from '../model/predicate.ts'
import { compareText } from '../model/order.ts'
import type { GroupKind } from '../model/resource.ts'
import type { KeyIndex } from '../store/key-indexes.ts'
import type { Lister } from '../store/lister.ts'
import { compareIdentities, identityOf, type Row } from '../store/query/rows.ts'
import type { At, RelationEnd } from './end.ts'
import { hasUid } from './ends-of.ts'
import type { LabelQuery } from './label-query.ts'
import type { Reference } from './references.ts'
import type { Relations } from './registry.ts'

/**
 * FOUND: it is there. MISSING: it is not. FORBIDDEN: whether it is there is not for the caller
 * to know. NOT_WATCHED: the gateway does not know, because it does not watch the kind, or not
 * all of it.
 */
export type RelationStatus = 'FOUND' | 'MISSING' | 'FORBIDDEN' | 'NOT_WATCHED'

/** Objects may name kinds that there are not. */
const maxKinds = 1000

/** What an object refers to, and how that stands. */
export interface Followed {
  readonly status: RelationStatus
  /** Where FOUND. */
  readonly row?: Row
  readonly reference?: Reference
}

/** A kind as it can be read, or why it cannot. */
export type Readable = { readonly lister: Lister; /** Whether all its objects are cached, not a selection. */ readonly complete: boolean } | { readonly lister?: undefined; readonly status: Exclude<RelationStatus, 'FOUND'> }

/** Reads relations for one caller. Everything is synchronous: what is read must be open, and should be prepared. */
export class Follower {
  readonly #relations: Relations
  readonly #open: (kind: GroupKind) => Readable
  readonly #kinds = new Map<string, GroupKind>()

  constructor(relations: Relations, open: (kind: GroupKind) => Readable) {
    this.#relations = relations
    this.#open = open
  }

  /** The kinds that must be open for following a relation. */
  kindsFor(end: RelationEnd, row: Row): readonly GroupKind[] {
    if (end.find.by === 'through') {
      const kinds: GroupKind[] = []
      let from: readonly GroupKind[] = [row.lister.resource]
      for (const step of end.find.steps) {
        from = from.flatMap((kind) => this.#relations.find(kind, step)?.kinds ?? [])
        kinds.push(...from)
      }
      return kinds
    }
    if (end.kinds.length > 0 || end.find.by !== 'reference') return end.kinds
    return end.find.references(row.object).map((reference) => this.#kindOf(reference, end))
  }

  /**
   * Builds the indexes that following needs, while others go on; undefined where they are there.
   * Which they are depends on the object only where that selects others by labels, and on
   * whether its kind has namespaces.
   */
  prepare(end: RelationEnd, row: Row): Promise<unknown> | undefined {
    const building = this.#indexesFor(end, row).flatMap(([lister, index]) => lister.prepareKeys(index) ?? [])
    return building.length === 0 ? undefined : Promise.all(building)
  }

  /** All that a relation leads to, in the default order of rows, each once. */
  all(end: RelationEnd, row: Row): readonly Row[] {
    const { find } = end
    switch (find.by) {
      case 'reference':
        return ordered(find.references(row.object).flatMap((reference) => this.#referred(reference, end, row).row ?? []))
      case 'key': {
        const at = placeOf(row)
        const index = find.indexOf(at)
        const found: Row[] = []
        for (const kind of end.kinds) {
          const { lister } = this.#open(kind)
          if (lister === undefined) continue
          for (const key of find.keysOf(at)) for (const object of lister.byKey(index, key)) if (find.holds(object, at)) found.push({ lister, object })
        }
        return ordered(found)
      }
      case 'labels': {
        const query = find.queryOf(row.object)
        if (query === undefined) return []
        const namespace = find.anyNamespace ? undefined : row.object.metadata.namespace
        return ordered(this.#listers(end.kinds).flatMap((lister) => labelled(lister, query, namespace).filter(query.holds).map((object) => ({ lister, object }))))
      }
      case 'through': {
        let rows: readonly Row[] = [row]
        for (const step of find.steps) rows = this.#step(rows, step)
        return rows
      }
    }
  }

  /** What a relation that leads to one object leads to; undefined where it leads to none. */
  one(end: RelationEnd, row: Row): Followed | undefined {
    const { find } = end
    if (find.by === 'reference') {
      const [reference] = find.references(row.object)
      return reference === undefined ? undefined : this.#referred(reference, end, row)
    }
    if (find.by === 'through') {
      let followed: Followed | undefined = { status: 'FOUND', row }
      for (const step of find.steps) {
        const next: RelationEnd | undefined = followed?.row === undefined ? undefined : this.#relations.find(followed.row.lister.resource, step)
        if (followed?.row === undefined || next === undefined) return followed?.status === 'FOUND' ? undefined : followed
        followed = this.one(next, followed.row)
      }
      return followed
    }
    const [first] = this.all(end, row)
    return first === undefined ? undefined : { status: 'FOUND', row: first }
  }

  /** Each reference of an object, and how that stands. */
  each(end: RelationEnd, row: Row): readonly Followed[] {
    return end.find.by === 'reference' ? end.find.references(row.object).map((reference) => this.#referred(reference, end, row)) : []
  }

  #step(from: readonly Row[], name: string): readonly Row[] {
    const reached: Row[] = []
    for (const row of from) {
      const end = this.#relations.find(row.lister.resource, name)
      if (end !== undefined) for (const next of this.all(end, row)) reached.push(next)
    }
    return ordered(reached)
  }

  #referred(reference: Reference, end: RelationEnd, { object }: Row): Followed {
    const kind = this.#kindOf(reference, end)
    const readable = this.#open(kind)
    const { lister } = readable
    const namespace = lister?.resource.namespaced === false ? undefined : (reference.namespace ?? object.metadata.namespace)
    const not = (status: Exclude<RelationStatus, 'FOUND'>): Followed => ({ status, reference: { ...reference, group: kind.group, kind: kind.kind, namespace: lister === undefined ? reference.namespace : namespace } })
    if (lister === undefined) return not(readable.status)
    if (!lister.reaches(namespace)) return not('FORBIDDEN')
    const target = lister.get(namespace, reference.name)
    const isIt = target !== undefined && hasUid(reference, target.metadata) && (end.find.by !== 'reference' || end.find.holds(target, object))
    return isIt ? { status: 'FOUND', row: { lister, object: target } } : not(readable.complete ? 'MISSING' : 'NOT_WATCHED')
  }

  /** One value for each kind, however often it is named: what is known of a kind is known by that. */
  #kindOf({ group, kind }: Reference, { kinds }: RelationEnd): GroupKind {
    const [usual] = kinds
    if (usual !== undefined) return kinds.length === 1 ? usual : (kinds.find((candidate) => candidate.kind === (kind ?? usual.kind)) ?? usual)
    const name = `${group ?? ''}/${kind ?? ''}`
    let known = this.#kinds.get(name)
    if (known === undefined) {
      if (this.#kinds.size >= maxKinds) this.#kinds.clear()
      known = { group: group ?? '', kind: kind ?? '' }
      this.#kinds.set(name, known)
    }
    return known
  }

  #listers(kinds: readonly GroupKind[]): readonly Lister[] {
    return kinds.flatMap((kind) => this.#open(kind).lister ?? [])
  }

  #indexesFor(end: RelationEnd, row: Row): readonly (readonly [Lister, KeyIndex])[] {
    const { find } = end
    if (find.by === 'key') {
      const index = find.indexOf(placeOf(row))
      return this.#listers(end.kinds).map((lister) => [lister, index] as const)
    }
    if (find.by === 'labels') {
      const keys = find.queryOf(row.object)?.required.map(({ key }) => labelIndex(key, find.anyNamespace || !row.lister.resource.namespaced)) ?? []
      return this.#listers(end.kinds).flatMap((lister) => keys.map((index) => [lister, index] as const))
    }
    if (find.by === 'reference') return []
    // Of what is on the way, its kind is enough to know the index.
    const indexes: (readonly [Lister, KeyIndex])[] = []
    let on: readonly Lister[] = [row.lister]
    for (const step of find.steps) {
      const ends = on.flatMap((lister) => ({ lister, end: this.#relations.find(lister.resource, step) })).filter((way): way is { lister: Lister; end: RelationEnd } => way.end !== undefined)
      for (const { lister, end: next } of ends) indexes.push(...this.#indexesFor(next, { lister, object: row.object }))
      on = ends.flatMap(({ end: next }) => this.#listers(next.kinds))
    }
    return indexes
  }
}

function placeOf({ lister: { resource }, object }: Row): At {
  return { kind: resource, namespaced: resource.namespaced, object }
}

/** What may have the labels: from the smallest index there is among those that the query can begin with. */
function labelled(lister: Lister, { required }: LabelQuery, namespace: string | undefined): readonly KubeObject[] {
  let best: { readonly index: KeyIndex; readonly keys: readonly string[]; readonly size: number } | undefined
  for (const { key, values } of required) {
    const index = labelIndex(key, namespace === undefined)
    const keys = [...new Set(values)].map((wanted) => (namespace === undefined ? wanted : `${namespace}/${wanted}`))
    const size = keys.reduce((sum, wanted) => sum + lister.sizeOfKey(index, wanted), 0)
    if (best === undefined || size < best.size) best = { index, keys, size }
  }
  if (best === undefined) return lister.select(namespace === undefined ? everything : value(['metadata', 'namespace'], { test: 'in', values: [namespace] }))
  const { index, keys } = best
  return keys.flatMap((key) => lister.byKey(index, key))
}

function labelIndex(key: string, anyNamespace: boolean): KeyIndex {
  return {
    name: `label ${key}${anyNamespace ? '' : ' in a namespace'}`,
    keysOf: ({ metadata: { labels, namespace = '' } }) => {
      const found = labels === undefined ? undefined : memberOf(labels, key)
      return found === undefined ? [] : [anyNamespace ? found : `${namespace}/${found}`]
    },
    partOf: ({ metadata }) => metadata.labels,
  }
}

function ordered(rows: readonly Row[]): readonly Row[] {
  if (isOrdered(rows)) return rows
  const seen = new Set<KubeObject>()
  return rows.filter(({ object }) => !seen.has(object) && seen.add(object)).sort(compareRows)
}

/** Mostly they are: each index gives what it has in order. */
function isOrdered(rows: readonly Row[]): boolean {
  for (let i = 1; i < rows.length; i += 1) if (compareRows(rows[i - 1] as Row, rows[i] as Row) >= 0) return false
  return true
}

function compareRows(a: Row, b: Row): number {
  if (a.lister !== b.lister) return compareIdentities(identityOf(a), identityOf(b))
  const [one, other] = [a.object.metadata, b.object.metadata]
  return compareText(one.namespace ?? '', other.namespace ?? '') || compareText(one.name, other.name)
}
