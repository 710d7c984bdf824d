import { WatchqlError } from '../base/errors.ts'
import { parsePath } from '../model/path.ts'
import { parseSearch } from '../model/search.ts'
import { compileListFilters } from '../store/query/arguments.ts'
import { prepareRows, type RowOrder, type Source } from '../store/query/rows.ts'
import type { GraphqlContext } from './context.ts'
import type { OpenKinds } from './open-kinds.ts'
import type { Cache } from './static/connection.ts'
import type { FilterArguments, ListArguments } from './static/inputs.ts'

const maxOrderTerms = 10

/** What each kind is asked for, and ready to be asked. Throws for a filter that is not valid. */
export async function sourcesOf(context: GraphqlContext, { informers }: OpenKinds, filters: FilterArguments): Promise<readonly Source[]> {
  const { scope, settings } = context
  const sources = informers.map(({ informer }) => ({
    lister: informer.lister(scope),
    predicate: compileListFilters(filters, informer.resource, settings.filter),
  }))
  await prepareRows(sources)
  return sources
}

/** By `orderBy`, else what matches the search best first. */
export function orderOf({ orderBy, search }: Pick<ListArguments, 'orderBy' | 'search'>): RowOrder {
  const terms = orderBy ?? []
  if (terms.length > maxOrderTerms) throw new WatchqlError('INVALID_ARGUMENT', `\`orderBy\` may have ${maxOrderTerms} terms; it has ${terms.length}.`)
  const words = parseSearch(search ?? '')
  if (terms.length === 0 && words.length > 0) return [{ rankOf: words.map(({ text }) => text).join(' ') }]
  return terms.map(({ path, direction }) => ({ path: parsePath(path), descending: direction === 'DESC' }))
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
