import type { ChangeFeed } from '../../feed/change-feed.ts'
import type { Change } from '../../model/change.ts'
import { keyOf } from '../../model/object.ts'
import { formatKind } from '../../model/resource.ts'
import { selectRows, type Row, type Source } from '../../store/query/rows.ts'
import type { RowEvent } from './events.ts'
import type { ChangeListener, ChangeOrigin } from './origin.ts'

export interface SelectedOriginOptions {
  readonly feed: ChangeFeed
  readonly sources: readonly Source[]
  /** Whether a change of this kind may make the filter hold for other objects. */
  readonly reads: (kind: string) => boolean
  readonly last: AbortSignal
}

/** Of the time, selecting takes no more than a fifth. */
const restPerWork = 4

/**
 * The changes of a filter that follows relations: an object enters and leaves it while it stays
 * as it is, because of others. So all are selected again after changes of the kinds that were
 * read, and compared with those that were selected before. What happened to one object in
 * between is one event. What held at an earlier cursor cannot be known any more: who resumes
 * begins anew.
 */
export class SelectedOrigin implements ChangeOrigin {
  readonly #options: SelectedOriginOptions
  #selected = new Map<string, Row>()
  /** Whose existence began and ended since the last selection: these did not enter or leave. */
  #made = new Set<string>()
  #gone = new Set<string>()
  #sequence = 0
  #listener: ChangeListener | undefined
  #timer: NodeJS.Timeout | undefined
  #notBefore = 0

  constructor(options: SelectedOriginOptions) {
    this.#options = options
  }

  get feed(): ChangeFeed {
    return this.#options.feed
  }

  get last(): AbortSignal {
    return this.#options.last
  }

  listen(listener: ChangeListener): () => void {
    // First what may fail: nobody could end what had begun before it.
    this.#selected = this.#select()
    const unsubscribe = this.feed.subscribe((change) => this.#note(change))
    this.#listener = listener
    return () => {
      unsubscribe()
      clearTimeout(this.#timer)
      this.#timer = undefined
      this.#listener = undefined
    }
  }

  snapshot(): ReturnType<ChangeOrigin['snapshot']> {
    this.#compare()
    return { cursor: this.feed.head(), rows: [...this.#selected.values()] }
  }

  missed(cursor: string): undefined {
    // For what it says of cursors that are none.
    this.feed.missed(cursor)
  }

  pendingOf(): undefined {
    return undefined
  }

  #note({ type, resource, object, sequence }: Change): void {
    const kind = formatKind(resource)
    if (!this.#options.reads(kind)) return
    this.#sequence = sequence
    const key = `${kind} ${object.metadata.uid ?? keyOf(object)}`
    if (type === 'ADDED') this.#made.add(key)
    if (type === 'DELETED') this.#gone.add(key)
    this.#timer ??= setTimeout(() => this.#compareOrFail(), Math.max(0, this.#notBefore - performance.now()))
  }

  #compareOrFail(): void {
    try {
      this.#compare()
    } catch (error) {
      this.#listener?.fail(error)
    }
  }

  #compare(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const startedAt = performance.now()
    const [before, now] = [this.#selected, this.#select()]
    this.#selected = now
    for (const [key, row] of before) if (!now.has(key)) this.#tell({ type: 'DELETED', row, oldRow: row, ...(this.#gone.has(key) ? {} : { reason: 'LEFT_FILTER' }) })
    for (const [key, row] of now) {
      const oldRow = before.get(key)
      if (oldRow === undefined) this.#tell({ type: 'ADDED', row, ...(this.#made.has(key) ? {} : { reason: 'ENTERED_FILTER' }) })
      else if (oldRow.object !== row.object) this.#tell({ type: 'MODIFIED', row, oldRow })
    }
    this.#made.clear()
    this.#gone.clear()
    const endedAt = performance.now()
    this.#notBefore = endedAt + restPerWork * (endedAt - startedAt)
  }

  #tell(event: RowEvent): void {
    this.#listener?.tell({ event: { ...event, cursor: this.feed.cursorAt(this.#sequence) }, from: this.#sequence, to: this.#sequence })
  }

  #select(): Map<string, Row> {
    return new Map(selectRows(this.#options.sources).map((row) => [`${formatKind(row.lister.resource)} ${row.object.metadata.uid ?? keyOf(row.object)}`, row]))
  }
}
