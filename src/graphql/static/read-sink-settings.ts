import { WatchqlError } from '../../base/errors.ts'
import { normaliseGroup } from '../../model/resource.ts'
import type { SinkDefinition, SinkFilter } from '../../model/sink.ts'
import { findKind } from '../../watch/find-kind.ts'
import type { GraphqlContext } from '../context.ts'
import { given, listed, within } from './argument-checks.ts'
import type { SinkSettings } from './sinks.ts'

const maxListed = 100

type Settings = { readonly filter: SinkFilter } & Partial<Pick<SinkDefinition, 'payload' | 'concurrency' | 'ratePerSecond' | 'timeoutMs' | 'maxBacklog'>>

/** What of an input says something, and the filter as it becomes. The kinds that it names are watched from then on. */
export async function readSettings(input: SinkSettings, before: SinkFilter, context: GraphqlContext): Promise<Settings> {
  const { payload, concurrency, ratePerSecond, timeoutMs, maxBacklog } = input
  return {
    ...(given(payload) ? { payload } : {}),
    ...(given(concurrency) ? { concurrency: within('concurrency', concurrency, 1, 1000) } : {}),
    ...(given(ratePerSecond) ? { ratePerSecond: within('ratePerSecond', ratePerSecond, 0, 1_000_000) } : {}),
    ...(given(timeoutMs) ? { timeoutMs: within('timeoutMs', timeoutMs, 100, 600_000) } : {}),
    ...(given(maxBacklog) ? { maxBacklog: within('maxBacklog', maxBacklog, 1, 100_000_000) } : {}),
    filter: await readFilter(input, before, context),
  }
}

/** Null takes a condition away. */
async function readFilter({ kinds, eventTypes, namespaces, labelSelector, where, cel, changedPaths }: SinkSettings, before: SinkFilter, { settings, signal }: GraphqlContext): Promise<SinkFilter> {
  const [cluster] = settings.clusters
  const named = await Promise.all(
    listed('kinds', kinds ?? [], maxListed).map(async (kind) => {
      if (cluster === undefined) throw new WatchqlError('NOT_FOUND', 'No cluster is configured.')
      const resource = await findKind(cluster, kind, signal)
      const origin = cluster.informers.get(resource)?.origin
      if (origin === undefined || origin === 'DEMAND') await cluster.watches.start(resource, {}, Boolean(kind.version))
      return { group: normaliseGroup(kind.group), kind: kind.kind, ...(kind.version ? { version: kind.version } : {}) }
    }),
  )
  const changes: Record<string, unknown> = {
    ...(kinds === undefined ? {} : { kinds: named.length > 0 ? named : undefined }),
    ...(eventTypes === undefined ? {} : { types: eventTypes ?? undefined }),
    ...(namespaces === undefined ? {} : { namespaces: namespaces ?? undefined }),
    ...(labelSelector === undefined ? {} : { labelSelector: labelSelector ?? undefined }),
    ...(where === undefined ? {} : { where: where ?? undefined }),
    ...(cel === undefined ? {} : { cel: cel ?? undefined }),
    ...(changedPaths === undefined ? {} : { changedPaths: changedPaths === null ? undefined : listed('changedPaths', changedPaths, maxListed) }),
  }
  // As it is saved: without what is undefined, and without classes.
  return JSON.parse(JSON.stringify({ ...before, ...changes })) as SinkFilter
}
