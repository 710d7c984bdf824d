import type { GraphQLResolveInfo } from 'graphql'
import { Arg, Args, Ctx, Field, Info, Int, InterfaceType, ObjectType, registerEnumType } from 'type-graphql'
import { WatchqlError } from '../../base/errors.ts'
import type { Predicate } from '../../model/predicate.ts'
import type { GroupKind } from '../../model/resource.ts'
import { children, controller, events, namespace, owners } from '../../relations/built-in/everything.ts'
import type { RelationEnd } from '../../relations/end.ts'
import type { Followed, RelationStatus as Status } from '../../relations/follow.ts'
import type { PageArguments, PageLimits } from '../../store/query/page.ts'
import type { Row, RowOrder, RowSet } from '../../store/query/rows.ts'
import type { GraphqlContext } from '../context.ts'
import { findKind } from '../find-kind.ts'
import { cacheOfKinds } from '../list-objects.ts'
import type { KindFailure } from '../open-kinds.ts'
import { relationsIn } from '../relations/open-relations.ts'
import { RelatedFilter, type RelatedRequest } from '../relations/related-rows.ts'
import { walkAround } from '../relations/walk-around.ts'
import { KubernetesObjectConnection, ObjectConnection, type Cache, type ConnectionOptions } from './connection.ts'
import { KindInput, RelatedArguments, RelatedOfAnyKindArguments } from './inputs.ts'
import { GenericObject, KubernetesObject } from './kubernetes-object.ts'
import { RelatedObject, RelatedObjects } from './related-walk.ts'

export const RelationStatus = { FOUND: 'FOUND', MISSING: 'MISSING', FORBIDDEN: 'FORBIDDEN', NOT_WATCHED: 'NOT_WATCHED' } as const
registerEnumType(RelationStatus, {
  name: 'RelationStatus',
  valuesConfig: {
    FOUND: { description: 'It is there.' },
    MISSING: { description: 'It is not there, or an object of the same name that was made later.' },
    FORBIDDEN: { description: 'Whether it is there is not for the caller to know.' },
    NOT_WATCHED: { description: 'Its kind, or the part of it that it would be in, is not watched.' },
  },
})

@InterfaceType({ description: 'What an object refers to, and whether that is there.', resolveType: () => 'KubernetesObjectReference' })
export abstract class ObjectReference {
  readonly #followed: Followed

  constructor(followed: Followed) {
    this.#followed = followed
  }

  @Field(() => RelationStatus) get status(): Status { return this.#followed.status }
  @Field(() => String, { nullable: true, description: 'The kind of what is referred to.' }) get kind(): string | undefined { return this.#followed.row?.lister.resource.kind ?? this.#followed.reference?.kind }
  @Field(() => String, { nullable: true }) get namespace(): string | undefined { return this.#followed.row?.object.metadata.namespace ?? this.#followed.reference?.namespace }
  @Field(() => String, { nullable: true }) get name(): string | undefined { return this.#followed.row?.object.metadata.name ?? this.#followed.reference?.name }

  @Field(() => KubernetesObject, { nullable: true, description: 'Where FOUND.' })
  get object(): KubernetesObject | null {
    return this.#followed.row === undefined ? null : new GenericObject(this.#followed.row)
  }
}

@ObjectType({ simpleResolvers: true, implements: ObjectReference, description: 'A reference to an object of any kind.' })
export class KubernetesObjectReference extends ObjectReference {}

/** What all objects have relations to, whatever their kinds. */
@InterfaceType({ description: 'The objects that an object belongs with.', resolveType: () => 'GenericRelations' })
export abstract class ObjectRelations {
  readonly row: Row

  constructor(row: Row) {
    this.row = row
  }

  @Field(() => [KubernetesObjectReference], { description: 'The objects that it belongs to.' })
  owners(@Ctx() context: GraphqlContext): Awaitable<KubernetesObjectReference[]> {
    const relations = relationsIn(context, this.row.lister.cluster)
    return after(relations.ready(owners, this.row), () => relations.each(owners, this.row).map((followed) => new KubernetesObjectReference(followed)))
  }

  @Field(() => KubernetesObjectReference, { nullable: true, description: 'That of its owners which manages it.' })
  controller(@Ctx() context: GraphqlContext): Awaitable<KubernetesObjectReference | null> {
    return followOne(controller, this, context)
  }

  @Field(() => ObjectReference, { nullable: true, description: 'That which it is in.' })
  namespace(@Ctx() context: GraphqlContext): Awaitable<KubernetesObjectReference | null> {
    return followOne(namespace, this, context)
  }

  @Field(() => ObjectConnection, { description: 'What happened to it, as far as the cluster still keeps that.' })
  events(@Args(() => RelatedArguments) args: RelatedArguments, @Ctx() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Awaitable<KubernetesObjectConnection> {
    return followAll(events, this, args, context, info)
  }

  @Field(() => KubernetesObjectConnection, { description: 'The objects that say that they belong to it, of these kinds, or of all kinds that are watched or known to belong to its kind.' })
  async children(
    @Args(() => RelatedOfAnyKindArguments) args: RelatedOfAnyKindArguments,
    @Arg('kinds', () => [KindInput], { nullable: true }) kinds: KindInput[] | null | undefined,
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<KubernetesObjectConnection> {
    const asked = kinds === undefined || kinds === null ? relationsIn(context, this.row.lister.cluster).kindsOfChildren(this.row) : await kindsNamed(kinds, this.row, context)
    return followAll({ ...children, kinds: asked }, this, args, context, info)
  }

  @Field(() => RelatedObjects, { description: 'What it belongs with over several relations, of the kinds that are watched; the walk does not go past objects in which too much meets. With `kinds`, only objects of these are told.' })
  async related(
    @Arg('depth', () => Int, { defaultValue: 2 }) depth: number,
    @Arg('kinds', () => [KindInput], { nullable: true }) kinds: KindInput[] | null | undefined,
    @Ctx() context: GraphqlContext,
  ): Promise<RelatedObjects> {
    const asked = kinds === undefined || kinds === null ? undefined : await kindsNamed(kinds, this.row, context)
    const { objects, truncated } = await walkAround(this.row, context, { depth, kinds: asked })
    return { objects: objects.map((walked) => new RelatedObject(walked)), truncated }
  }

  @Field(() => [String], { description: 'The names of its relations: those that lead to one object are for `one`, the others for `many`.' })
  names(@Ctx() { settings }: GraphqlContext): readonly string[] {
    return settings.relations.namesOf(this.row.lister.resource)
  }

  @Field(() => KubernetesObjectReference, { nullable: true, description: 'The relation of this name, which leads to one object.' })
  one(@Arg('relation', () => String) relation: string, @Ctx() context: GraphqlContext): Awaitable<KubernetesObjectReference | null> {
    return followOne(endNamed(relation, false, this.row, context), this, context)
  }

  @Field(() => KubernetesObjectConnection, { description: 'The relation of this name, which leads to several objects.' })
  many(@Arg('relation', () => String) relation: string, @Args(() => RelatedOfAnyKindArguments) args: RelatedOfAnyKindArguments, @Ctx() context: GraphqlContext, @Info() info: GraphQLResolveInfo): Awaitable<KubernetesObjectConnection> {
    return followAll(endNamed(relation, true, this.row, context), this, args, context, info)
  }
}

@ObjectType({ simpleResolvers: true, implements: ObjectRelations, description: 'The relations of an object of a kind that has none of its own.' })
export class GenericRelations extends ObjectRelations {}

type Awaitable<T> = T | Promise<T>

/** What a relation leads to that leads to one object; null where the object refers to none. */
export function followOne(end: RelationEnd, { row }: ObjectRelations, context: GraphqlContext): Awaitable<KubernetesObjectReference | null> {
  const relations = relationsIn(context, row.lister.cluster)
  return after(relations.ready(end, row), () => {
    const followed = relations.one(end, row)
    return followed === undefined ? null : new KubernetesObjectReference(followed)
  })
}

/** The list that a relation leads to; `also` makes what must hold beside the arguments, once for all objects. */
export function followAll(end: RelationEnd, { row }: ObjectRelations, request: RelatedRequest, context: GraphqlContext, info: GraphQLResolveInfo, also?: () => Predicate): Awaitable<KubernetesObjectConnection> {
  const relations = relationsIn(context, row.lister.cluster)
  return after(relations.ready(end, row), () => {
    const rows = relations.all(end, row)
    const filter = RelatedFilter.of(info, context, request, also)
    return after(filter.prepare(rows), () => new KubernetesObjectConnection(new RelatedOptions(filter.apply(rows), filter.order, request, end, row, context)))
  })
}

/** The options of thousands of lists, most of which are never asked for all of them. */
class RelatedOptions implements ConnectionOptions {
  readonly rows: RowSet
  readonly order: RowOrder
  readonly page: PageArguments
  readonly #end: RelationEnd
  readonly #row: Row
  readonly #context: GraphqlContext

  constructor(rows: RowSet, order: RowOrder, page: PageArguments, end: RelationEnd, row: Row, context: GraphqlContext) {
    this.rows = rows
    this.order = order
    this.page = page
    this.#end = end
    this.#row = row
    this.#context = context
  }

  get pageLimits(): PageLimits {
    return this.#context.settings.page
  }

  get maxGroups(): number {
    return this.#context.settings.maxGroups
  }

  get failures(): readonly KindFailure[] {
    return relationsIn(this.#context, this.#row.lister.cluster).failuresOf(this.#kinds())
  }

  get cache(): Cache {
    return cacheOfKinds(this.#context, this.#row.lister.cluster, this.#kinds())
  }

  #kinds(): readonly GroupKind[] {
    return relationsIn(this.#context, this.#row.lister.cluster).follower.kindsFor(this.#end, this.#row)
  }
}

function endNamed(name: string, many: boolean, { lister: { resource } }: Row, { settings }: GraphqlContext): RelationEnd {
  const end = settings.relations.find(resource, name)
  if (end === undefined) throw new WatchqlError('INVALID_ARGUMENT', `${resource.kind} has no relation ${JSON.stringify(name)}; it has ${settings.relations.namesOf(resource).join(', ')}.`)
  if (end.many !== many) throw new WatchqlError('INVALID_ARGUMENT', `The relation ${name} leads to ${many ? 'one object' : 'several'}; ask for it with \`${many ? 'one' : 'many'}\`.`)
  return end
}

async function kindsNamed(kinds: readonly KindInput[], { lister }: Row, { settings, signal }: GraphqlContext): Promise<readonly GroupKind[]> {
  const { clusters, maxKindsPerQuery } = settings
  if (kinds.length > maxKindsPerQuery) throw new WatchqlError('INVALID_ARGUMENT', `A list may be of ${maxKindsPerQuery} kinds; this one is of ${kinds.length}.`)
  const cluster = clusters.find(({ name }) => name === lister.cluster)
  return cluster === undefined ? [] : Promise.all(kinds.map((kind) => findKind(cluster, kind, signal)))
}

/** At once where nothing is to be waited for: thousands of relations are read in one go. */
function after<T>(pending: Promise<unknown> | undefined, answer: () => Awaitable<T>): Awaitable<T> {
  return pending === undefined ? answer() : pending.then(answer)
}
