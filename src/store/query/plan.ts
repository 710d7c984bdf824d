import type { Path, Predicate } from '../../model/predicate.ts'

/** Necessary conditions of a predicate that an index can answer; what they leave must still be tested. */
export interface IndexHints {
  readonly namespaces?: ReadonlySet<string>
  readonly names?: ReadonlySet<string>
  readonly uids?: ReadonlySet<string>
  readonly labels: readonly { readonly key: string; readonly values: ReadonlySet<string> }[]
}

export function indexHints(predicate: Predicate): IndexHints {
  const found: { namespaces?: ReadonlySet<string>; names?: ReadonlySet<string>; uids?: ReadonlySet<string> } = {}
  const labels: { key: string; values: ReadonlySet<string> }[] = []
  for (const { path, values } of conjuncts(predicate)) {
    if (path[0] !== 'metadata') continue
    if (path.length === 2) {
      if (path[1] === 'namespace') found.namespaces = intersect(found.namespaces, values)
      else if (path[1] === 'name') found.names = intersect(found.names, values)
      else if (path[1] === 'uid') found.uids = intersect(found.uids, values)
    } else if (path.length === 3 && path[1] === 'labels' && typeof path[2] === 'string') labels.push({ key: path[2], values })
  }
  return { ...found, labels }
}

/** What must hold in any case: values at paths that are one of a few texts. */
function* conjuncts(predicate: Predicate): Generator<{ path: Path; values: ReadonlySet<string> }> {
  if (predicate.op === 'and') for (const term of predicate.terms) yield* conjuncts(term)
  if (predicate.op !== 'value') return
  const { path, is } = predicate
  if (is.test === 'text' && is.value !== is.absent) yield { path, values: new Set([is.value]) }
  if (is.test !== 'in') return
  const texts = is.values.filter((value) => typeof value === 'string')
  // A null also holds for objects without the member, which no index lists.
  if (texts.length === is.values.length) yield { path, values: new Set(texts) }
}

function intersect(a: ReadonlySet<string> | undefined, b: ReadonlySet<string>): ReadonlySet<string> {
  return a === undefined ? b : new Set([...a].filter((value) => b.has(value)))
}
