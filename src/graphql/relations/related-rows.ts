import type { GraphQLResolveInfo } from 'graphql'
import { compilePredicate, type Test } from '../../model/compile-predicate.ts'
import { and, everything, type Predicate } from '../../model/predicate.ts'
import { searchRank, type SearchWord } from '../../model/search.ts'
import { compileListFilters, type ListFilters } from '../../store/query/arguments.ts'
import type { Lister } from '../../store/lister.ts'
import type { PageArguments } from '../../store/query/page.ts'
import { splitSearch } from '../../store/query/plan.ts'
import type { Row, RowOrder, RowSet } from '../../store/query/rows.ts'
import type { GraphqlContext } from '../context.ts'
import { orderOf, type OrderRequest } from '../list-objects.ts'
import { bindRelations } from './bind-filter.ts'

export type RelatedRequest = ListFilters & PageArguments & OrderRequest

/** What a field's arguments ask of the objects of one kind; undefined when nothing. */
interface Wanted {
  readonly words: readonly SearchWord[]
  readonly holds: Test
}

/**
 * The arguments of one field of an operation, read once for all objects that have it in one
 * execution, which has a context of its own: the executor gives the same list of nodes for each
 * of them.
 */
export class RelatedFilter {
  readonly order: RowOrder
  readonly #context: GraphqlContext
  readonly #request: RelatedRequest
  readonly #also: Predicate
  #asks = false
  readonly #wanted = new WeakMap<Lister, Wanted | undefined>()

  private constructor(context: GraphqlContext, request: RelatedRequest, also: Predicate) {
    this.order = orderOf(request)
    this.#context = context
    this.#request = request
    this.#also = also
  }

  static of({ fieldNodes }: GraphQLResolveInfo, context: GraphqlContext, request: RelatedRequest, compile: (() => Predicate) | undefined): RelatedFilter {
    let byField = filters.get(context)
    if (byField === undefined) filters.set(context, (byField = new Map()))
    let filter = byField.get(fieldNodes)
    if (filter === undefined) byField.set(fieldNodes, (filter = new RelatedFilter(context, request, compile?.() ?? everything)))
    return filter
  }

  /** Reads the arguments for the kinds of rows; undefined where that is done. */
  prepare(rows: readonly Row[]): Promise<unknown> | undefined {
    let pending: Promise<void>[] | undefined
    let before: Lister | undefined
    for (const { lister } of rows) {
      if (lister === before || this.#wanted.has(lister)) continue
      before = lister
      const { settings } = this.#context
      const predicate = and([compileListFilters(this.#request, lister.resource, settings.filter), this.#also])
      if (predicate === everything) this.#wanted.set(lister, undefined)
      else (pending ??= []).push(this.#compile(predicate, lister))
    }
    return pending === undefined ? undefined : Promise.all(pending)
  }

  async #compile(predicate: Predicate, lister: Lister): Promise<void> {
    const { words, rest } = splitSearch(await bindRelations(predicate, lister, this.#context))
    this.#asks = true
    this.#wanted.set(lister, { words, holds: compilePredicate(rest) })
  }

  /** Of rows, those that are asked for. Their kinds must have been prepared. */
  apply(rows: readonly Row[]): RowSet {
    return new KnownRows(this.#asks ? rows.flatMap((row) => this.#apply(row) ?? []) : rows)
  }

  #apply(row: Row): Row | undefined {
    const wanted = this.#wanted.get(row.lister)
    if (wanted === undefined) return row
    if (!wanted.holds(row.object)) return undefined
    if (wanted.words.length === 0) return row
    const rank = searchRank(wanted.words, row.object)
    return rank === undefined ? undefined : { ...row, rank }
  }
}

const filters = new WeakMap<GraphqlContext, Map<GraphQLResolveInfo['fieldNodes'], RelatedFilter>>()

class KnownRows implements RowSet {
  readonly #rows: readonly Row[]

  constructor(rows: readonly Row[]) {
    this.#rows = rows
  }

  select(): readonly Row[] {
    return this.#rows
  }

  count(): number {
    return this.#rows.length
  }
}
