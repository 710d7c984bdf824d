import { WatchqlError } from '../../base/errors.ts'
import { relatedIn, type Predicate } from '../../model/predicate.ts'
import type { ListFilters } from '../../store/query/arguments.ts'
import type { GraphqlContext, SharedState } from '../context.ts'
import type { KindName } from '../../watch/find-kind.ts'
import { sourcesOf } from '../list-objects.ts'
import { openKinds, type OpenKinds } from '../open-kinds.ts'
import { RecordedReads } from '../live/recorded-reads.ts'
import type { Cluster } from '../../watch/cluster.ts'
import { ChangeSource } from './change-source.ts'
import type { ObjectChangeEvent, ObjectChangeType } from './events.ts'
import { FeedOrigin } from './feed-origin.ts'
import { SelectedOrigin } from './selected-origin.ts'

/** What a subscriber asks for, beside the kinds. */
export type ChangesRequest = ListFilters & {
  readonly initial: boolean
  readonly after?: string | null | undefined
  /** Of those that are about objects only these. */
  readonly types?: readonly ObjectChangeType[] | null | undefined
  readonly throttleMs?: number | null | undefined
  readonly changedOnly: boolean
}

const maxThrottleMs = 3_600_000

/**
 * The changes of the objects of some kinds, for which the filters hold and what stands beside
 * them. What is wrong with the request is told before the stream begins: an error within a
 * stream would end the whole socket.
 */
export async function followObjects(context: GraphqlContext, names: readonly KindName[], request: ChangesRequest, also?: Predicate): Promise<AsyncGenerator<ObjectChangeEvent>> {
  const { settings, signal, shared = {} } = context
  const [cluster, another] = settings.clusters
  if (cluster === undefined || another !== undefined) throw new WatchqlError('INVALID_ARGUMENT', 'Changes are of one cluster.')
  const throttleMs = request.throttleMs ?? 0
  if (throttleMs < 0 || throttleMs > maxThrottleMs) throw new WatchqlError('INVALID_ARGUMENT', `\`throttleMs\` may be 0 to ${maxThrottleMs}.`)
  const kinds = await openKinds(context, names)
  // A stream cannot say later that a part of it was never there.
  for (const { code, message, kind } of kinds.failures) throw new WatchqlError(code as WatchqlError['code'], message, { details: { kind } })
  if (request.after) cluster.feed.missed(request.after)
  shared.changedOnly = request.changedOnly
  const changes = await sharedChanges(shared, () => openChanges(cluster, kinds, request, also, context))
  const types = request.types ? new Set(request.types) : undefined
  return changes.follow({ initial: request.initial, after: request.after ?? undefined, types, throttleMs, maxBacklog: settings.subscriptionBacklog, signal, push: context.push })
}

/** The one of all that are identical, those included that come while it is opened: after a restart they come all at once. */
async function sharedChanges(shared: SharedState, open: () => Promise<ChangeSource>): Promise<ChangeSource> {
  if (shared.changes?.ended === false) return shared.changes
  shared.opening ??= open()
    .then((changes) => (shared.changes = changes))
    .finally(() => (shared.opening = undefined))
  return shared.opening
}

/** For all that are identical: so it lasts as long as one of them, whoever came first. */
async function openChanges(cluster: Cluster, kinds: OpenKinds, request: ListFilters, also: Predicate | undefined, context: GraphqlContext): Promise<ChangeSource> {
  const reads = new RecordedReads()
  const sources = await sourcesOf(reads.context({ ...context, signal: context.shared?.signal ?? context.signal }), kinds, request, also)
  const { feed } = cluster
  // A kind that is no longer watched has no more changes to tell: the stream ends.
  const last = AbortSignal.any([...kinds.informers.map(({ informer }) => informer.stopped), ...reads.lasts()])
  const followsRelations = sources.some(({ predicate }) => relatedIn(predicate).length > 0)
  return new ChangeSource(followsRelations ? new SelectedOrigin({ feed, sources, last, reads: (kind) => reads.has(kind) }) : new FeedOrigin({ feed, sources, last, bookmarkEvery: context.settings.bookmarkEvery }))
}
