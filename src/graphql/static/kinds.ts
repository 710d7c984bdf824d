import { Field, Int, ObjectType, registerEnumType } from 'type-graphql'
import type { Json } from '../../model/json.ts'
import { Int64Scalar, DateTimeScalar, JsonScalar } from './scalars.ts'

export const WatchState = { PENDING: 'PENDING', SYNCING: 'SYNCING', LIVE: 'LIVE', STALE: 'STALE', FORBIDDEN: 'FORBIDDEN', GONE: 'GONE', REFUSED: 'REFUSED' } as const
registerEnumType(WatchState, {
  name: 'WatchState',
  valuesConfig: {
    PENDING: { description: 'Declared, but the cluster does not serve the kind yet.' },
    SYNCING: { description: 'The first list is not in yet.' },
    LIVE: { description: 'Complete and followed.' },
    STALE: { description: 'Was complete; the connection is being restored and the last known objects are served.' },
    FORBIDDEN: { description: 'The gateway may not list or watch the kind.' },
    GONE: { description: 'The cluster no longer serves the kind.' },
    REFUSED: { description: 'Its objects do not fit into memory; none of them are kept.' },
  },
})

export const WatchOrigin = { CONFIG: 'CONFIG', API: 'API', DEMAND: 'DEMAND' } as const
registerEnumType(WatchOrigin, {
  name: 'WatchOrigin',
  valuesConfig: {
    CONFIG: { description: 'Declared in the configuration; cannot be stopped here.' },
    API: { description: 'Begun by startWatch.' },
    DEMAND: { description: 'Begun by a query.' },
  },
})

@ObjectType({ simpleResolvers: true, description: 'One served version of a kind.' })
export class Kind {
  @Field(() => String) cluster!: string
  @Field(() => String, { description: 'Empty for the core group.' }) group!: string
  @Field(() => String) version!: string
  @Field(() => String) kind!: string
  @Field(() => String) apiVersion!: string
  @Field(() => String) plural!: string
  @Field(() => String) singular!: string
  @Field(() => [String]) shortNames!: readonly string[]
  @Field(() => [String]) categories!: readonly string[]
  @Field(() => Boolean) namespaced!: boolean
  @Field(() => [String]) verbs!: readonly string[]
  @Field(() => Boolean, { description: 'Whether the server prefers this version.' }) preferred!: boolean
  @Field(() => Boolean) watched!: boolean
  @Field(() => WatchState, { nullable: true, description: 'Null when not watched.' }) state!: keyof typeof WatchState | null
  @Field(() => Int, { nullable: true, description: 'In the cache; null when not watched.' }) objects!: number | null
}

@ObjectType({ simpleResolvers: true })
export class KindName {
  @Field(() => String, { description: 'Empty for the core group.' }) group!: string
  @Field(() => String, { nullable: true, description: 'Null for a declared watch without a version that is pending.' }) version!: string | null
  @Field(() => String) kind!: string
}

@ObjectType({ simpleResolvers: true })
export class WatchFailure {
  @Field(() => String) code!: string
  @Field(() => String) message!: string
  @Field(() => DateTimeScalar, { nullable: true }) at!: number | null
}

@ObjectType({ simpleResolvers: true })
export class WatchOptions {
  @Field(() => String, { nullable: true }) namespace?: string | undefined
  @Field(() => String, { nullable: true }) name?: string | undefined
  @Field(() => JsonScalar, { nullable: true }) labelSelector?: Json | undefined
  @Field(() => JsonScalar, { nullable: true }) fieldSelector?: Json | undefined
}

@ObjectType({ simpleResolvers: true, description: 'A kind that is watched, and how that goes.' })
export class Watch {
  @Field(() => String) cluster!: string
  @Field(() => KindName) kind!: KindName
  @Field(() => WatchState) state!: keyof typeof WatchState
  @Field(() => Int, { description: 'In the cache.' }) objects!: number
  @Field(() => Int64Scalar, { description: 'Length of their JSON texts, without field ownership; in memory they take about half of that.' }) bytes!: number
  @Field(() => Int, { nullable: true, description: 'While SYNCING: how many there will be, where the server says so.' }) expected!: number | null
  @Field(() => WatchOrigin) origin!: keyof typeof WatchOrigin
  @Field(() => WatchOptions) options!: WatchOptions
  @Field(() => String, { nullable: true }) resourceVersion!: string | null
  @Field(() => DateTimeScalar, { nullable: true }) startedAt!: number | null
  @Field(() => DateTimeScalar, { nullable: true, description: 'When the first list was in.' }) syncedAt!: number | null
  @Field(() => DateTimeScalar, { nullable: true }) lastEventAt!: number | null
  @Field(() => DateTimeScalar, { nullable: true, description: 'Since when the cache may lag behind.' }) staleSince!: number | null
  @Field(() => Int64Scalar, { description: 'How often a list or watch had to be begun again after a failure.' }) restarts!: number
  @Field(() => WatchFailure, { nullable: true }) lastError!: WatchFailure | null
}
