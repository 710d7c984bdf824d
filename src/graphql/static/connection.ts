import { Arg, Field, Int, InterfaceType, ObjectType } from 'type-graphql'
import type { Json } from '../../model/json.ts'
import { parsePath } from '../../model/path.ts'
import { extremeOf, groupRows, sumOf, type Group as RowGroup } from '../../store/query/groups.ts'
import { cutPage, type Page, type PageArguments, type PageLimits } from '../../store/query/page.ts'
import type { Row, RowOrder, RowSet } from '../../store/query/rows.ts'
import { WatchqlError } from '../../base/errors.ts'
import type { KindFailure } from '../open-kinds.ts'
import { GenericObject, KubernetesObject } from './kubernetes-object.ts'
import { Int64Scalar, JsonScalar } from './scalars.ts'

@ObjectType({ simpleResolvers: true, description: 'https://relay.dev/graphql/connections.htm' })
export class PageInfo {
  @Field(() => Boolean) hasNextPage!: boolean
  @Field(() => Boolean) hasPreviousPage!: boolean
  @Field(() => String, { nullable: true }) startCursor?: string | undefined
  @Field(() => String, { nullable: true }) endCursor?: string | undefined
}

@InterfaceType({ resolveType: () => 'KubernetesObjectEdge' })
export abstract class ObjectEdge {
  @Field(() => String) cursor!: string
  @Field(() => KubernetesObject) node!: KubernetesObject
}

@ObjectType({ simpleResolvers: true, implements: ObjectEdge })
export class KubernetesObjectEdge extends ObjectEdge {}

@ObjectType({ simpleResolvers: true, description: 'The objects that have the same values at the paths grouped by.' })
export class Group {
  readonly #group: RowGroup

  constructor(group: RowGroup) {
    this.#group = group
  }

  @Field(() => [JsonScalar], { nullable: 'items', description: 'Their values, in the order of `by`; null where missing.' }) get keys(): readonly Json[] { return this.#group.keys }
  @Field(() => Int) get count(): number { return this.#group.rows.length }

  @Field(() => Number, { nullable: true, description: 'Of the numbers and quantities at the path; null where there is none.' })
  sum(@Arg('path', () => String) path: string): number | null {
    return sumOf(this.#group.rows, parsePath(path))
  }

  @Field(() => JsonScalar, { nullable: true })
  min(@Arg('path', () => String) path: string): Json {
    return extremeOf(this.#group.rows, parsePath(path), false)
  }

  @Field(() => JsonScalar, { nullable: true })
  max(@Arg('path', () => String) path: string): Json {
    return extremeOf(this.#group.rows, parsePath(path), true)
  }
}

@ObjectType({ simpleResolvers: true, description: 'How fresh the answer is.' })
export class Cache {
  @Field(() => Boolean, { description: 'Whether all kinds asked for are live.' }) synced!: boolean
  @Field(() => String, { nullable: true, description: 'The position in the change feed; subscribe with `after` to go on from this answer.' }) cursor!: string | null
  @Field(() => Int64Scalar, { description: 'How long the stalest kind has been without its connection, in milliseconds; 0 when live.' }) staleMs!: number
}

@ObjectType({ simpleResolvers: true, description: 'A kind that could not be answered, while the others were.' })
export class PartialError implements KindFailure {
  @Field(() => String) code!: string
  @Field(() => String) message!: string
  @Field(() => String) kind!: string
}

export interface ConnectionOptions {
  readonly rows: RowSet
  readonly order: RowOrder
  readonly page: PageArguments
  readonly pageLimits: PageLimits
  readonly maxGroups: number
  readonly failures: readonly KindFailure[]
  readonly cache: Cache
}

/** A list, of which only what is selected is computed. */
@InterfaceType({ description: 'A list of objects, in pages.', resolveType: () => 'KubernetesObjectConnection' })
export abstract class ObjectConnection {
  readonly #options: ConnectionOptions
  #rows: readonly Row[] | undefined
  #page: Page | undefined

  constructor(options: ConnectionOptions) {
    this.#options = options
  }

  @Field(() => [KubernetesObject])
  get nodes(): KubernetesObject[] {
    return this.#cut().rows.map((row) => new GenericObject(row))
  }

  @Field(() => [ObjectEdge])
  get edges(): ObjectEdge[] {
    const page = this.#cut()
    return page.rows.map((row) => ({ cursor: page.cursorOf(row), node: new GenericObject(row) }))
  }

  @Field(() => PageInfo)
  get pageInfo(): PageInfo {
    const page = this.#cut()
    const [first, last] = [page.rows[0], page.rows.at(-1)]
    return { hasNextPage: page.hasNextPage, hasPreviousPage: page.hasPreviousPage, startCursor: first && page.cursorOf(first), endCursor: last && page.cursorOf(last) }
  }

  @Field(() => Int, { description: 'Of all pages.' })
  get totalCount(): number {
    return this.#rows?.length ?? this.#options.rows.count()
  }

  @Field(() => [Group], { description: 'The largest groups first. Counts all pages.' })
  groups(@Arg('by', () => [String]) by: string[], @Arg('limit', () => Int, { nullable: true }) limit?: number): Group[] {
    const { maxGroups } = this.#options
    if (limit !== undefined && limit !== null && (limit < 0 || limit > maxGroups)) throw new WatchqlError('INVALID_ARGUMENT', `\`limit\` of groups may be 0 to ${maxGroups}; it is ${limit}.`)
    return groupRows(this.#all(), by.map(parsePath), limit ?? maxGroups).map((group) => new Group(group))
  }

  @Field(() => Cache) get cache(): Cache { return this.#options.cache }
  @Field(() => [PartialError]) get partial(): readonly KindFailure[] { return this.#options.failures }

  #all(): readonly Row[] {
    this.#rows ??= this.#options.rows.select()
    return this.#rows
  }

  #cut(): Page {
    this.#page ??= cutPage(this.#all(), this.#options.order, this.#options.page, this.#options.pageLimits)
    return this.#page
  }
}

@ObjectType({ simpleResolvers: true, implements: ObjectConnection, description: 'A list of objects of any kind.' })
export class KubernetesObjectConnection extends ObjectConnection {
  @Field(() => [KubernetesObjectEdge])
  override get edges(): KubernetesObjectEdge[] {
    return super.edges
  }
}
