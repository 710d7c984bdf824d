import { ArgsType, Args, Ctx, Field, ObjectType, Resolver, Root, Subscription, registerEnumType } from 'type-graphql'
import { WatchqlError } from '../../base/errors.ts'
import type { Predicate } from '../../model/predicate.ts'
import type { ListFilters } from '../../store/query/arguments.ts'
import type { GraphqlContext } from '../context.ts'
import type { KindName } from '../../watch/find-kind.ts'
import { sourcesOf } from '../list-objects.ts'
import { objectChanges, type ObjectChangeEvent } from '../object-changes.ts'
import { openKinds } from '../open-kinds.ts'
import { FilterArguments } from './inputs.ts'
import { GenericObject, KubernetesObject } from './kubernetes-object.ts'

export const ChangeType = { ADDED: 'ADDED', MODIFIED: 'MODIFIED', DELETED: 'DELETED', SYNCED: 'SYNCED', RESET: 'RESET' } as const
registerEnumType(ChangeType, {
  name: 'ObjectChangeType',
  valuesConfig: {
    SYNCED: { description: 'The snapshot is complete.' },
    RESET: { description: 'Forget what came before: a new snapshot follows.' },
  },
})

export const ChangeReason = { INITIAL: 'INITIAL', ENTERED_FILTER: 'ENTERED_FILTER', LEFT_FILTER: 'LEFT_FILTER', CURSOR_TOO_OLD: 'CURSOR_TOO_OLD', SLOW_CONSUMER: 'SLOW_CONSUMER' } as const
registerEnumType(ChangeReason, {
  name: 'ObjectChangeReason',
  valuesConfig: {
    INITIAL: { description: 'Part of a snapshot.' },
    ENTERED_FILTER: { description: 'The object was there before, but the filter did not hold for it.' },
    LEFT_FILTER: { description: 'The object is still there, but the filter no longer holds for it.' },
    CURSOR_TOO_OLD: { description: 'The changes after the given cursor are no longer kept.' },
    SLOW_CONSUMER: { description: 'More changes came than this subscriber took.' },
  },
})

@ObjectType({ simpleResolvers: true, description: 'A change of an object, as one sees it who sees only what the filter holds for.' })
export class ObjectChange {
  @Field(() => ChangeType) type!: keyof typeof ChangeType
  @Field(() => ChangeReason, { nullable: true }) reason!: keyof typeof ChangeReason | null
  @Field(() => KubernetesObject, { nullable: true, description: 'The new state; of a DELETED object the last known one. Null for SYNCED and RESET.' }) object!: KubernetesObject | null
  @Field(() => KubernetesObject, { nullable: true, description: 'The state before, for MODIFIED and DELETED.' }) oldObject!: KubernetesObject | null
  @Field(() => String, { nullable: true, description: 'Subscribe `after` it to miss nothing. Null within a snapshot, which can only be taken whole.' }) cursor!: string | null
}

@ArgsType()
export class ChangeArguments extends FilterArguments {
  @Field(() => Boolean, { defaultValue: false, description: 'Begin with what there is, then SYNCED.' }) initial!: boolean
  @Field(() => String, { nullable: true, description: 'Begin with what changed after this cursor; RESET and a snapshot where that is no longer known.' }) after?: string
}

@Resolver()
export class ChangesResolver {
  @Subscription(() => ObjectChange, {
    subscribe: ({ args, context }: { args: ChangeArguments; context: GraphqlContext }) => followObjects(context, args.kinds, args),
    description: 'Live changes of the objects of one or several kinds.',
  })
  objects(@Root() event: ObjectChangeEvent, @Args(() => ChangeArguments) _args: ChangeArguments, @Ctx() _context: GraphqlContext): ObjectChange {
    return toChange(event)
  }
}

/** An event as those see it who subscribed. */
export function toChange({ type, reason, row, oldRow, cursor }: ObjectChangeEvent): ObjectChange {
  return {
    type,
    reason: reason ?? null,
    object: row === undefined ? null : new GenericObject(row),
    oldObject: oldRow === undefined ? null : new GenericObject(oldRow),
    cursor: cursor ?? null,
  }
}

type ChangesRequest = ListFilters & { readonly initial: boolean; readonly after?: string | null | undefined }

/**
 * The changes of the objects of some kinds, for which the filters hold and what stands beside
 * them. What is wrong with the request is told before the stream begins: an error within a
 * stream would end the whole socket.
 */
export async function followObjects(context: GraphqlContext, names: readonly KindName[], request: ChangesRequest, also?: Predicate): Promise<AsyncGenerator<ObjectChangeEvent>> {
  const [cluster, another] = context.settings.clusters
  if (cluster === undefined || another !== undefined) throw new WatchqlError('INVALID_ARGUMENT', 'Changes are of one cluster.')
  const kinds = await openKinds(context, names)
  // A stream cannot say later that a part of it was never there.
  for (const { code, message, kind } of kinds.failures) throw new WatchqlError(code as WatchqlError['code'], message, { details: { kind } })
  const sources = await sourcesOf(context, kinds, request, also)
  if (request.after) cluster.feed.since(request.after)
  return objectChanges({
    feed: cluster.feed,
    sources,
    initial: request.initial,
    after: request.after ?? undefined,
    maxBacklog: context.settings.subscriptionBacklog,
    signal: context.signal,
    // A kind that is no longer watched has no more changes to tell: the stream ends.
    last: AbortSignal.any(kinds.informers.map(({ informer }) => informer.stopped)),
  })
}
