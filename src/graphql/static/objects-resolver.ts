import { Arg, Args, Ctx, ID, Query, Resolver } from 'type-graphql'
import type { GraphqlContext } from '../context.ts'
import { decodeObjectId } from '../object-id.ts'
import { openKind } from '../open-kinds.ts'
import { answerList, answerObject } from './answers.ts'
import { KubernetesObjectConnection } from './connection.ts'
import { KindInput, ListArguments } from './inputs.ts'
import { GenericObject, KubernetesObject, Node } from './kubernetes-object.ts'

@Resolver()
export class ObjectsResolver {
  @Query(() => KubernetesObjectConnection, { description: 'The objects of one or several kinds, filtered, ordered and in pages.' })
  objects(@Args(() => ListArguments) args: ListArguments, @Ctx() context: GraphqlContext): Promise<KubernetesObjectConnection> {
    return answerList(context, args.kinds, args)
  }

  @Query(() => KubernetesObject, { nullable: true, description: 'One object, by its name (and namespace) or by its uid; null where there is none.' })
  object(
    @Arg('kind', () => KindInput) kind: KindInput,
    @Arg('namespace', () => String, { nullable: true }) namespace: string | null | undefined,
    @Arg('name', () => String, { nullable: true }) name: string | null | undefined,
    @Arg('uid', () => ID, { nullable: true }) uid: string | null | undefined,
    @Ctx() context: GraphqlContext,
  ): Promise<KubernetesObject | null> {
    return answerObject(context, kind, { namespace, name, uid })
  }

  @Query(() => Node, { nullable: true, description: 'What has this id; null where it is gone.' })
  async node(@Arg('id', () => ID) id: string, @Ctx() context: GraphqlContext): Promise<Node | null> {
    const { cluster: name, group, kind, namespace, name: objectName } = decodeObjectId(id)
    const cluster = context.settings.clusters.find((candidate) => candidate.name === name)
    if (cluster === undefined) return null
    const lister = (await openKind(context, cluster, { group, kind })).lister(context.scope)
    const object = lister.get(namespace === '' ? undefined : namespace, objectName)
    return object === undefined ? null : new GenericObject({ lister, object })
  }
}
