import { WatchqlError } from '../../base/errors.ts'
import type { Predicate } from '../../model/predicate.ts'
import type { ListFilters } from '../../store/query/arguments.ts'
import type { PageArguments } from '../../store/query/page.ts'
import { rowsOf } from '../../store/query/rows.ts'
import type { GraphqlContext } from '../context.ts'
import type { KindName } from '../find-kind.ts'
import { cacheOf, orderOf, sourcesOf, type OrderRequest } from '../list-objects.ts'
import { openKind, openKinds } from '../open-kinds.ts'
import { KubernetesObjectConnection } from './connection.ts'
import { GenericObject } from './kubernetes-object.ts'

type ListRequest = ListFilters & PageArguments & OrderRequest

/** The list of one or several kinds, filtered, ordered and in pages; what else must hold of each object stands beside its filters. */
export async function answerList(context: GraphqlContext, names: readonly KindName[], request: ListRequest, also?: Predicate): Promise<KubernetesObjectConnection> {
  const order = orderOf(request)
  const kinds = await openKinds(context, names)
  const { page: pageLimits, maxGroups } = context.settings
  return new KubernetesObjectConnection({
    rows: rowsOf(await sourcesOf(context, kinds, request, also)),
    order,
    page: request,
    pageLimits,
    maxGroups,
    failures: kinds.failures,
    cache: cacheOf(context, kinds),
  })
}

interface ObjectRequest {
  readonly namespace?: string | null | undefined
  readonly name?: string | null | undefined
  readonly uid?: string | null | undefined
}

/** One object by its name (and namespace) or by its uid; null where there is none. */
export async function answerObject(context: GraphqlContext, kind: KindName, { namespace, name, uid }: ObjectRequest): Promise<GenericObject | null> {
  if (!name && !uid) throw new WatchqlError('INVALID_ARGUMENT', 'Give the `name` of the object (and its `namespace`), or its `uid`.')
  for (const cluster of context.settings.clusters) {
    const informer = await openKind(context, cluster, kind)
    if (name && !uid && informer.resource.namespaced && !namespace) throw new WatchqlError('INVALID_ARGUMENT', `${informer.resource.kind} objects have namespaces: give \`namespace\` beside \`name\`.`)
    const lister = informer.lister(context.scope)
    const object = uid ? lister.byUid(uid) : lister.get(namespace ?? undefined, name ?? '')
    const fits = object !== undefined && (!name || object.metadata.name === name) && (!namespace || object.metadata.namespace === namespace)
    if (fits) return new GenericObject({ lister, object })
  }
  return null
}
