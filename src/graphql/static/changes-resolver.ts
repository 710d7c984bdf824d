import { ArgsType, Args, Field, Int, ObjectType, Resolver, Root, Subscription, registerEnumType } from 'type-graphql'
import { diffJson } from '../../model/json-patch.ts'
import type { Json } from '../../model/json.ts'
import type { ObjectChangeEvent } from '../changes/events.ts'
import { followObjects } from '../changes/follow-objects.ts'
import type { GraphqlContext } from '../context.ts'
import { FilterArguments } from './inputs.ts'
import { GenericObject, KubernetesObject } from './kubernetes-object.ts'
import { JsonScalar } from './scalars.ts'

export const ChangeType = { ADDED: 'ADDED', MODIFIED: 'MODIFIED', DELETED: 'DELETED', SYNCED: 'SYNCED', RESET: 'RESET', BOOKMARK: 'BOOKMARK' } as const
registerEnumType(ChangeType, {
  name: 'ObjectChangeType',
  valuesConfig: {
    SYNCED: { description: 'The snapshot is complete.' },
    RESET: { description: 'Forget what came before: a new snapshot follows.' },
    BOOKMARK: { description: 'Nothing happened; here is a newer cursor.' },
  },
})

export const ChangeReason = { INITIAL: 'INITIAL', ENTERED_FILTER: 'ENTERED_FILTER', LEFT_FILTER: 'LEFT_FILTER', CURSOR_TOO_OLD: 'CURSOR_TOO_OLD', SLOW_CONSUMER: 'SLOW_CONSUMER' } as const
registerEnumType(ChangeReason, {
  name: 'ObjectChangeReason',
  valuesConfig: {
    INITIAL: { description: 'Part of a snapshot.' },
    ENTERED_FILTER: { description: 'The object was there before, but the filter did not hold for it.' },
    LEFT_FILTER: { description: 'The object is still there, but the filter no longer holds for it.' },
    CURSOR_TOO_OLD: { description: 'The changes after the given cursor are not known any more; of a filter that follows relations they never are.' },
    SLOW_CONSUMER: { description: 'More changes came than this subscriber took.' },
  },
})

export const ChangeMode = { FULL: 'FULL', PATCH: 'PATCH', SIGNAL: 'SIGNAL' } as const
registerEnumType(ChangeMode, {
  name: 'ObjectChangeMode',
  description: 'What a change carries.',
  valuesConfig: {
    FULL: { description: 'The objects.' },
    PATCH: { description: 'The objects, and for MODIFIED also `patch`.' },
    SIGNAL: { description: 'Only that something happened: no objects.' },
  },
})

@ObjectType({ simpleResolvers: true, description: 'A change of an object, as one sees it who sees only what the filter holds for.' })
export class ObjectChange {
  readonly #event: ObjectChangeEvent
  readonly #mode: keyof typeof ChangeMode

  constructor(event: ObjectChangeEvent, mode: keyof typeof ChangeMode) {
    this.#event = event
    this.#mode = mode
  }

  @Field(() => ChangeType) get type(): keyof typeof ChangeType { return this.#event.type }
  @Field(() => ChangeReason, { nullable: true }) get reason(): keyof typeof ChangeReason | undefined { return this.#event.reason }

  @Field(() => KubernetesObject, { nullable: true, description: 'The new state; of a DELETED object the last known one. Null for SYNCED, RESET and BOOKMARK.' })
  get object(): KubernetesObject | null {
    const { row, comparing } = this.#event
    return row === undefined || (this.#mode === 'SIGNAL' && comparing !== true) ? null : new GenericObject(row)
  }

  @Field(() => KubernetesObject, { nullable: true, description: 'The state before, for MODIFIED and DELETED.' })
  get oldObject(): KubernetesObject | null {
    return this.#event.oldRow === undefined || this.#mode === 'SIGNAL' ? null : new GenericObject(this.#event.oldRow)
  }

  @Field(() => JsonScalar, { nullable: true, description: 'In mode PATCH, for MODIFIED: what leads from the `raw` of the object before to the new one, in steps of RFC 6902.' })
  get patch(): Json | null {
    const { type, row, oldRow, comparing } = this.#event
    if (this.#mode !== 'PATCH' || type !== 'MODIFIED') return null
    // Each patch follows on the one before: to whom they are told, none may be left out.
    return comparing === true ? (row?.object as Json) : diffJson(oldRow?.object, row?.object)
  }

  @Field(() => String, { nullable: true, description: 'Subscribe `after` it to miss nothing. Null within a snapshot, which can only be taken whole.' }) get cursor(): string | undefined { return this.#event.cursor }
}

@ArgsType()
export class ChangeArguments extends FilterArguments {
  @Field(() => Boolean, { defaultValue: false, description: 'Begin with what there is, then SYNCED.' }) initial!: boolean
  @Field(() => String, { nullable: true, description: 'Begin with what changed after this cursor; RESET and a snapshot where that is no longer known.' }) after?: string
  @Field(() => ChangeMode, { defaultValue: ChangeMode.FULL }) mode!: keyof typeof ChangeMode
  @Field(() => [ChangeType], { nullable: true, description: 'Of ADDED, MODIFIED and DELETED only these. The others are told in any case.' }) types?: (keyof typeof ChangeType)[]
  @Field(() => Int, { nullable: true, description: 'Collects changes for so many milliseconds and tells one for each object.' }) throttleMs?: number
  @Field(() => Boolean, { defaultValue: false, description: 'Leave out a MODIFIED that changes nothing of what is selected of `object`, nor a selected `patch`.' }) changedOnly!: boolean
}

@Resolver()
export class ChangesResolver {
  @Subscription(() => ObjectChange, {
    subscribe: ({ args, context }: { args: ChangeArguments; context: GraphqlContext }) => followObjects(context, args.kinds, args),
    description: 'Live changes of the objects of one or several kinds.',
  })
  objects(@Root() event: ObjectChangeEvent, @Args(() => ChangeArguments) { mode }: ChangeArguments): ObjectChange {
    return tellChange(event, { mode })
  }
}

/** What a subscriber reads an event through. */
export function tellChange(event: unknown, { mode }: { readonly mode: keyof typeof ChangeMode }): ObjectChange {
  return new ObjectChange(event as ObjectChangeEvent, mode)
}
