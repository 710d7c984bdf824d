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
 * The arguments of one field of an operation, read once for all objects that have it: the
 * executor gives the same list of nodes for each of them, and another one to each operation.
 */
export class RelatedFilter {
  readonly order: RowOrder
  readonly #context: GraphqlContext
  readonly #request: RelatedRequest
  readonly #also: Predicate
  readonly #wanted = new Map<string, Wanted | undefined>()

  private constructor(context: GraphqlContext, request: RelatedRequest, also: Predicate) {
    this.order = orderOf(request)
    this.#context = context
    this.#request = request
    this.#also = also
  }

  static of({ fieldNodes }: GraphQLResolveInfo, context: GraphqlContext, request: RelatedRequest, compile: (() => Predicate) | undefined): RelatedFilter {
    let filter = filters.get(fieldNodes)
    if (filter === undefined) {
      filter = new RelatedFilter(context, request, compile?.() ?? everything)
      filters.set(fieldNodes, filter)
    }
    return filter
  }

  /** Reads the arguments for a kind; undefined where that is done. */
  prepare(lister: Lister): Promise<void> | undefined {
    const key = keyOf(lister)
    if (this.#wanted.has(key)) return undefined
    const { settings } = this.#context
    const predicate = and([compileListFilters(this.#request, lister.resource, settings.filter), this.#also])
    if (predicate === everything) {
      this.#wanted.set(key, undefined)
      return undefined
    }
    return this.#compile(predicate, lister)
  }

  async #compile(predicate: Predicate, lister: Lister): Promise<void> {
    const { words, rest } = splitSearch(await bindRelations(predicate, lister, this.#context))
    this.#wanted.set(keyOf(lister), { words, holds: compilePredicate(rest) })
  }

  /** Of rows, those that are asked for. Their kinds must have been prepared. */
  apply(rows: readonly Row[]): RowSet {
    let found: readonly Row[] | undefined
    const select = () => (found ??= rows.flatMap((row) => this.#apply(row) ?? []))
    return this.#asksNothing() ? { select: () => rows, count: () => rows.length } : { select, count: () => select().length }
  }

  #asksNothing(): boolean {
    for (const wanted of this.#wanted.values()) if (wanted !== undefined) return false
    return true
  }

  #apply(row: Row): Row | undefined {
    const wanted = this.#wanted.get(keyOf(row.lister))
    if (wanted === undefined) return row
    if (!wanted.holds(row.object)) return undefined
    if (wanted.words.length === 0) return row
    const rank = searchRank(wanted.words, row.object)
    return rank === undefined ? undefined : { ...row, rank }
  }
}

const filters = new WeakMap<GraphQLResolveInfo['fieldNodes'], RelatedFilter>()

function keyOf({ cluster, resource }: Lister): string {
  return `${cluster}/${resource.group}/${resource.kind}`
}
