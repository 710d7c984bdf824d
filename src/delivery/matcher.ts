import { compileCel, type CelTest } from '../model/cel.ts'
import { compilePredicate, type Test } from '../model/compile-predicate.ts'
import { equalJson } from '../model/equal-json.ts'
import type { ChangeType } from '../model/change.ts'
import { parseLabelSelector } from '../model/label-selector.ts'
import type { KubeObject } from '../model/object.ts'
import { compilePathFilter, type FilterLimits } from '../model/path-filter.ts'
import { parsePath, readPath } from '../model/path.ts'
import { and, relatedIn, value, type Predicate } from '../model/predicate.ts'
import type { GroupVersionKind } from '../model/resource.ts'
import type { Format, SinkFilter } from '../model/sink.ts'
import { WatchqlError } from '../base/errors.ts'
import type { JournalEvent } from '../journal/event.ts'

/** What a sink is told of an event. */
export interface Match {
  readonly type: ChangeType
  /** MATCHED and UNMATCHED: the object goes on, but did not match before or does not match any more. */
  readonly reason?: 'INITIAL' | 'UNWATCHED' | 'MATCHED' | 'UNMATCHED'
}

export interface Matcher {
  wants(kind: GroupVersionKind): boolean
  /** Undefined when the sink is not told. */
  match(event: JournalEvent): Match | undefined
  /** As one who sees the object for the first time is told of it. */
  matchInitial(object: KubeObject): Match | undefined
}

/**
 * The events that a filter lets through, as one sees them who sees only what matches. In
 * k8s-generic-watcher's format an object is judged by its new state alone and types stay what
 * they are. Throws INVALID_SELECTOR, INVALID_FILTER or INVALID_PATH.
 */
export function matcherOf(filter: SinkFilter, format: Format, limits: FilterLimits): Matcher {
  const holds = compilePredicate(predicateOf(filter, limits))
  const types = filter.types === undefined || filter.types.length === 0 ? undefined : new Set(filter.types)
  const changed = changedTest(filter.changedPaths ?? [])
  const expression = filter.cel === undefined ? undefined : compileCel(filter.cel, 'cel')
  const told = (match: Match | undefined, event: Pick<JournalEvent, 'object' | 'oldObject'>) => (match !== undefined && types?.has(match.type) !== false && isMeant(match, event, expression) ? match : undefined)
  return {
    wants: (kind) => filter.kinds === undefined || filter.kinds.some((wanted) => wanted.group === kind.group && wanted.kind === kind.kind && (wanted.version ?? kind.version) === kind.version),
    match: (event) => told(format === 'grw' ? plainMatch(event, holds, changed) : viewedMatch(event, holds, changed), event),
    matchInitial: (object) => told(holds(object) ? { type: 'ADDED', reason: 'INITIAL' } : undefined, { object }),
  }
}

function isMeant({ type }: Match, { object, oldObject }: Pick<JournalEvent, 'object' | 'oldObject'>, expression: CelTest | undefined): boolean {
  return expression === undefined || expression({ type, object, oldObject })
}

type Changed = (object: KubeObject, before: KubeObject) => boolean

function plainMatch({ type, reason, object, oldObject }: JournalEvent, holds: Test, changed: Changed): Match | undefined {
  if (!holds(object) || (type === 'MODIFIED' && oldObject !== undefined && !changed(object, oldObject))) return undefined
  return { type, ...(reason === undefined ? {} : { reason }) }
}

function viewedMatch({ type, reason, object, oldObject }: JournalEvent, holds: Test, changed: Changed): Match | undefined {
  const why = reason === undefined ? {} : { reason }
  if (type === 'ADDED') return holds(object) ? { type, ...why } : undefined
  const was = holds(oldObject ?? object)
  if (type === 'DELETED') return was ? { type, ...why } : undefined
  const is = holds(object)
  if (is && was) return oldObject === undefined || changed(object, oldObject) ? { type } : undefined
  if (is) return { type: 'ADDED', reason: 'MATCHED' }
  return was ? { type: 'DELETED', reason: 'UNMATCHED' } : undefined
}

function predicateOf({ namespaces, labelSelector, where }: SinkFilter, limits: FilterLimits): Predicate {
  const predicate = and([
    ...(namespaces === undefined || namespaces.length === 0 ? [] : [value(['metadata', 'namespace'], { test: 'in', values: namespaces })]),
    ...(labelSelector ? [parseLabelSelector(labelSelector)] : []),
    ...(where === undefined ? [] : [compilePathFilter(where, limits)]),
  ])
  if (relatedIn(predicate).length > 0) throw new WatchqlError('INVALID_FILTER', 'where is not valid: a change is judged by the object alone, relations cannot be followed here.', { details: { where: 'where' } })
  return predicate
}

function changedTest(texts: readonly string[]): Changed {
  const paths = texts.map(parsePath)
  return paths.length === 0 ? () => true : (object, before) => paths.some((path) => !equalJson(readPath(object, path), readPath(before, path)))
}
