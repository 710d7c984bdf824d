import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql'
import { WatchqlError } from '../../base/errors.ts'
import type { Row } from '../../store/query/rows.ts'
import type { GraphqlContext } from '../context.ts'
import { cacheOf, orderOf, sourcesOf } from '../list-objects.ts'
import { decodeObjectId } from '../object-id.ts'
import { openKind, openKinds } from '../open-kinds.ts'
import { KubernetesObjectConnection } from './connection.ts'
import { KindInput, ListArguments } from './inputs.ts'
import { GenericObject, KubernetesObject, Node } from './kubernetes-object.ts'

@Resolver()
export class ObjectsResolver {
  @Query(() => KubernetesObjectConnection, { description: 'The objects of one or several kinds, filtered, ordered and in pages.' })
  async objects(@Args(() => ListArguments) args: ListArguments, @Ctx() context: GraphqlContext): Promise<KubernetesObjectConnection> {
    const order = orderOf(args)
    const kinds = await openKinds(context, args.kinds)
    const { page: pageLimits, maxGroups } = context.settings
    return new KubernetesObjectConnection({
      sources: await sourcesOf(context, kinds, args),
      order,
      page: args,
      pageLimits,
      maxGroups,
      failures: kinds.failures,
      cache: cacheOf(context, kinds),
    })
  }

  @Query(() => KubernetesObject, { nullable: true, description: 'One object, by its name (and namespace) or by its uid; null where there is none.' })
  async object(
    @Arg('kind', () => KindInput) kind: KindInput,
    @Arg('namespace', () => String, { nullable: true }) namespace: string | null | undefined,
    @Arg('name', () => String, { nullable: true }) name: string | null | undefined,
    @Arg('uid', () => ID, { nullable: true }) uid: string | null | undefined,
    @Ctx() context: GraphqlContext,
  ): Promise<KubernetesObject | null> {
    if (!name && !uid) throw new WatchqlError('INVALID_ARGUMENT', 'Give the `name` of the object (and its `namespace`), or its `uid`.')
    for (const cluster of context.settings.clusters) {
      const informer = await openKind(context, cluster, kind)
      if (name && !uid && informer.resource.namespaced && !namespace) throw new WatchqlError('INVALID_ARGUMENT', `${informer.resource.kind} objects have namespaces: give \`namespace\` beside \`name\`.`)
      const lister = informer.lister(context.scope)
      const object = uid ? lister.byUid(uid) : lister.get(namespace ?? undefined, name ?? '')
      const fits = object !== undefined && (!name || object.metadata.name === name) && (!namespace || object.metadata.namespace === namespace)
      if (fits) return wrap({ lister, object })
    }
    return null
  }

  @Query(() => Node, { nullable: true, description: 'What has this id; null where it is gone.' })
  async node(@Arg('id', () => ID) id: string, @Ctx() context: GraphqlContext): Promise<Node | null> {
    const { cluster: name, group, kind, namespace, name: objectName } = decodeObjectId(id)
    const cluster = context.settings.clusters.find((candidate) => candidate.name === name)
    if (cluster === undefined) return null
    const lister = (await openKind(context, cluster, { group, kind })).lister(context.scope)
    const object = lister.get(namespace === '' ? undefined : namespace, objectName)
    return object === undefined ? null : wrap({ lister, object })
  }
}

function wrap(row: Row): KubernetesObject {
  return new GenericObject(row)
}
