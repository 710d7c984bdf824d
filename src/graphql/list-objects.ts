import { WatchqlError } from '../base/errors.ts'
import type { GroupKind } from '../model/resource.ts'
import { parsePath } from '../model/path.ts'
import { and, everything, type Predicate } from '../model/predicate.ts'
import { parseSearch } from '../model/search.ts'
import { compileListFilters, type ListFilters } from '../store/query/arguments.ts'
import { prepareRows, type RowOrder, type Source } from '../store/query/rows.ts'
import type { GraphqlContext } from './context.ts'
import type { OpenKinds } from './open-kinds.ts'
import { bindRelations } from './relations/bind-filter.ts'
import type { Cache } from './static/connection.ts'
import type { PathOrder } from './static/inputs.ts'

const maxOrderTerms = 10

/** How a list is asked to be ordered. */
export interface OrderRequest {
  readonly orderBy?: readonly PathOrder[] | null | undefined
  readonly search?: string | null | undefined
}

/** What each kind is asked for, a predicate beside the filters included, and ready to be asked. Throws for a filter that is not valid. */
export async function sourcesOf(context: GraphqlContext, { informers }: OpenKinds, filters: ListFilters, also: Predicate = everything): Promise<readonly Source[]> {
  const { scope, settings } = context
  const sources = await Promise.all(
    informers.map(async ({ informer }) => {
      const lister = informer.lister(scope)
      const predicate = and([compileListFilters(filters, informer.resource, settings.filter), also])
      return { lister, predicate: await bindRelations(predicate, lister, context) }
    }),
  )
  await prepareRows(sources)
  return sources
}

/** By `orderBy`, else what matches the search best first. */
export function orderOf({ orderBy, search }: OrderRequest): RowOrder {
  const terms = orderBy ?? []
  if (terms.length > maxOrderTerms) throw new WatchqlError('INVALID_ARGUMENT', `\`orderBy\` may have ${maxOrderTerms} terms; it has ${terms.length}.`)
  const words = parseSearch(search ?? '')
  if (terms.length === 0 && words.length > 0) return [{ rankOf: words.map(({ text }) => text).join(' ') }]
  return terms.map(({ path, direction }) => ({ path: parsePath(path), descending: direction === 'DESC' }))
}

/** The same of kinds that are followed to, as far as they are watched. */
export function cacheOfKinds(context: GraphqlContext, cluster: string, kinds: readonly GroupKind[]): Cache {
  const found = context.settings.clusters.find(({ name }) => name === cluster)
  const informers = kinds.flatMap((kind) => {
    const resource = found?.discovery.find(kind)
    const informer = resource === undefined ? undefined : found?.informers.get(resource)
    return found === undefined || informer === undefined ? [] : [{ cluster: found, informer }]
  })
  const { synced, ...cache } = cacheOf(context, { informers, failures: [] })
  return { ...cache, synced: synced && informers.length === kinds.length }
}

/** The freshness of an answer is that of its stalest kind. */
export function cacheOf(context: GraphqlContext, { informers, failures }: OpenKinds): Cache {
  const statuses = informers.map(({ informer }) => informer.status())
  const now = Date.now()
  const [cluster] = context.settings.clusters
  return {
    synced: failures.length === 0 && statuses.every(({ state }) => state === 'LIVE'),
    // A cursor is a position in one cluster's feed.
    cursor: context.settings.clusters.length === 1 && cluster !== undefined ? cluster.feed.head() : null,
    staleMs: Math.max(0, ...statuses.map(({ staleSince }) => (staleSince === undefined ? 0 : now - staleSince))),
  }
}
