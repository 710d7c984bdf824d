import { checkLabelValue, checkQualifiedName } from '../../model/label-syntax.ts'
import { formatPath } from '../../model/path.ts'
import type { Path, Predicate } from '../../model/predicate.ts'
import type { GroupKind } from '../../model/resource.ts'
import { isSelectable } from '../../model/selectable-fields.ts'
import type { WatchOptions } from '../../model/watch-options.ts'
import { indexHints } from './plan.ts'

/**
 * As much of a predicate as an API server can select by: all that it holds for is in there, and
 * maybe more. Equal predicates have equal parts. Nothing where the server cannot select.
 */
export function partOf(predicate: Predicate, kind: GroupKind): WatchOptions {
  const { namespaces, names, values } = indexHints(predicate)
  const labels = new Map<string, string>()
  const fields = new Map<string, string>()
  const sets: string[] = []
  for (const { path, texts } of values) {
    const [only] = texts
    const key = labelOf(path)
    if (only === undefined) continue
    if (key !== undefined) {
      // No object has a label that is none; what is left for the cache to find out is nothing.
      if (![...texts].every((text) => checkLabelValue(text) === undefined)) continue
      if (texts.size === 1) labels.set(key, only)
      else sets.push(`${key} in (${[...texts].sort().join(',')})`)
    } else if (texts.size === 1 && isSelectable(kind, formatPath(path))) fields.set(formatPath(path), only)
  }
  const single = (texts: ReadonlySet<string> | undefined) => (texts?.size === 1 ? [...texts][0] : undefined)
  const [namespace, name] = [single(namespaces), single(names)]
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(labels.size === 0 ? {} : { labelSelector: Object.fromEntries(labels) }),
    ...(fields.size === 0 ? {} : { fieldSelector: Object.fromEntries(fields) }),
    ...(sets.length === 0 ? {} : { queryParameters: { labelSelector: sets.sort().join(',') } }),
  }
}

/** `app` of `metadata.labels.app`. */
function labelOf(path: Path): string | undefined {
  const [metadata, labels, key] = path
  return path.length === 3 && metadata === 'metadata' && labels === 'labels' && typeof key === 'string' && checkQualifiedName(key) === undefined ? key : undefined
}
