import { WatchqlError } from '../../base/errors.ts'
import type { Predicate } from '../../model/predicate.ts'
import type { ListFilters } from '../../store/query/arguments.ts'
import type { GraphqlContext } from '../context.ts'
import type { KindName } from '../find-kind.ts'
import { sourcesOf } from '../list-objects.ts'
import { openKinds } from '../open-kinds.ts'
import { ChangeSource } from './change-source.ts'
import type { ObjectChangeEvent, ObjectChangeType } from './events.ts'

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
  const sources = await sourcesOf(context, kinds, request, also)
  if (shared.changes === undefined || shared.changes.ended)
    shared.changes = new ChangeSource({
      feed: cluster.feed,
      sources,
      bookmarkEvery: settings.bookmarkEvery,
      // A kind that is no longer watched has no more changes to tell: the stream ends.
      last: AbortSignal.any(kinds.informers.map(({ informer }) => informer.stopped)),
    })
  shared.changedOnly = request.changedOnly
  const types = request.types ? new Set(request.types) : undefined
  return shared.changes.follow({ initial: request.initial, after: request.after ?? undefined, types, throttleMs, maxBacklog: settings.subscriptionBacklog, signal })
}
