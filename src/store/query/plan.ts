import { and, type Path, type Predicate } from '../../model/predicate.ts'
import type { SearchWord } from '../../model/search.ts'

/** Necessary conditions of a predicate that an index can answer; what they leave must still be tested. */
export interface IndexHints {
  readonly namespaces?: ReadonlySet<string>
  readonly names?: ReadonlySet<string>
  readonly uids?: ReadonlySet<string>
  /** The values of other fields, labels among them, as texts. */
  readonly values: readonly { readonly path: Path; readonly texts: ReadonlySet<string> }[]
}

/** Takes apart what must be found by searching, and what else must hold. A search inside `or` or `not` is a condition like any other. */
export function splitSearch(predicate: Predicate): { readonly words: readonly SearchWord[]; readonly rest: Predicate } {
  const terms = predicate.op === 'and' ? predicate.terms : [predicate]
  const words = terms.flatMap((term) => (term.op === 'search' ? term.words : []))
  return { words, rest: words.length === 0 ? predicate : and(terms.filter(({ op }) => op !== 'search')) }
}

export function indexHints(predicate: Predicate): IndexHints {
  const found: { namespaces?: ReadonlySet<string>; names?: ReadonlySet<string>; uids?: ReadonlySet<string> } = {}
  const fields: { path: Path; texts: ReadonlySet<string> }[] = []
  for (const { path, texts } of conjuncts(predicate)) {
    const member = memberOfMetadata(path)
    if (member === 'namespace') found.namespaces = intersect(found.namespaces, texts)
    else if (member === 'name') found.names = intersect(found.names, texts)
    else if (member === 'uid') found.uids = intersect(found.uids, texts)
    else if (path.length > 0) fields.push({ path, texts })
  }
  return { ...found, values: fields }
}

/** Of the necessary conditions of a predicate that which the fewest objects are likely to fulfil. */
export function conditionOf(predicate: Predicate): { readonly path: Path; readonly texts: ReadonlySet<string> } | undefined {
  return [...conjuncts(predicate)].toSorted((a, b) => breadth(a.path) - breadth(b.path) || a.texts.size - b.texts.size)[0]
}

/** Every object has a uid of its own, few share a name, many a namespace. */
const breadths: ReadonlyMap<unknown, number> = new Map([
  ['uid', 0],
  ['name', 1],
  ['namespace', 3],
])

function breadth(path: Path): number {
  return breadths.get(memberOfMetadata(path)) ?? 2
}

function memberOfMetadata(path: Path): string | number | undefined {
  return path.length === 2 && path[0] === 'metadata' ? path[1] : undefined
}

/** What must hold in any case: values at paths that read as one of a few texts. */
function* conjuncts(predicate: Predicate): Generator<{ path: Path; texts: ReadonlySet<string> }> {
  if (predicate.op === 'and') for (const term of predicate.terms) yield* conjuncts(term)
  if (predicate.op !== 'value') return
  const { path, is } = predicate
  if (is.test === 'text' && is.value !== is.absent) yield { path, texts: new Set([is.value]) }
  if (is.test !== 'in') return
  // A null also holds for objects without the member, and lists and objects are in no index.
  const scalars = is.values.filter((value) => value !== null && typeof value !== 'object')
  if (scalars.length === is.values.length) yield { path, texts: new Set(scalars.map(String)) }
}

function intersect(a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): ReadonlySet<string> {
  return a === undefined ? b : new Set([...a].filter((value) => b.has(value)))
}
