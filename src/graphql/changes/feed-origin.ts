import type { ChangeFeed, Missed } from '../../feed/change-feed.ts'
import type { Interests } from '../../feed/routes.ts'
import type { Change } from '../../model/change.ts'
import { compilePredicate, type Test } from '../../model/compile-predicate.ts'
import { formatKind } from '../../model/resource.ts'
import type { Lister } from '../../store/lister.ts'
import { conditionOf } from '../../store/query/plan.ts'
import { selectRows, type Source } from '../../store/query/rows.ts'
import type { Pending } from './coalesce.ts'
import { eventOf } from './events.ts'
import type { ChangeListener, ChangeOrigin } from './origin.ts'

export interface FeedOriginOptions {
  readonly feed: ChangeFeed
  readonly sources: readonly Source[]
  /** After so many changes of the whole cluster a BOOKMARK tells the position. */
  readonly bookmarkEvery: number
  readonly last: AbortSignal
}

interface View {
  readonly lister: Lister
  readonly holds: Test
}

/** The changes of objects that say themselves whether a filter holds for them: each change, in the feed's order. */
export class FeedOrigin implements ChangeOrigin {
  readonly #options: FeedOriginOptions
  readonly #views: ReadonlyMap<string, View>
  readonly #interests: Interests

  constructor(options: FeedOriginOptions) {
    this.#options = options
    this.#views = new Map(options.sources.map(({ lister, predicate }) => [formatKind(lister.resource), { lister, holds: compilePredicate(predicate) }]))
    this.#interests = new Map(options.sources.map(({ lister, predicate }) => [formatKind(lister.resource), conditionOf(predicate)]))
  }

  get feed(): ChangeFeed {
    return this.#options.feed
  }

  get last(): AbortSignal {
    return this.#options.last
  }

  listen({ tell }: ChangeListener): () => void {
    const unsubscribe = this.feed.subscribe((change) => {
      const pending = this.pendingOf(change)
      if (pending !== undefined) tell(pending)
    }, this.#interests)
    const endBookmarks = this.feed.every(this.#options.bookmarkEvery, ({ sequence }) => tell(this.#bookmark(sequence)))
    return () => {
      unsubscribe()
      endBookmarks()
    }
  }

  /** Feed and objects are read in one synchronous step: nothing lies between them. */
  snapshot(): ReturnType<ChangeOrigin['snapshot']> {
    return { cursor: this.feed.head(), rows: selectRows(this.#options.sources) }
  }

  missed(cursor: string): Missed | undefined {
    return this.feed.missed(cursor)
  }

  pendingOf(change: Change): Pending | undefined {
    const view = this.#views.get(formatKind(change.resource))
    const event = view && eventOf(change, view.lister, view.holds, () => this.feed.cursorOf(change))
    return event && { event, from: change.sequence, to: change.sequence }
  }

  /**
   * For those whose last cursor would be too old one day, though nothing happened to them. What
   * happened says little of that: there are those who leave out all events of some type, and
   * those that change nothing for them.
   */
  #bookmark(sequence: number): Pending {
    return { event: { type: 'BOOKMARK', cursor: this.feed.cursorAt(sequence) }, from: sequence, to: sequence }
  }
}
