import { randomUUID } from 'node:crypto'
import { WatchqlError } from '../base/errors.ts'
import type { Logger } from '../base/logging.ts'
import type { Change } from '../model/change.ts'
import type { ChangeFeed, Missed } from './change-feed.ts'
import { decodeCursor, encodeCursor, type Batch, type FeedPosition } from './cursor.ts'
import { Intervals } from './intervals.ts'
import { Routes, type ChangeListener, type Interests } from './routes.ts'

export interface RingChangeFeedOptions {
  readonly cluster: string
  /** How many of the latest changes can be replayed. */
  readonly replaySize: number
  /** Fewer where their objects are so large: old states of these are kept by nobody else. */
  readonly replayBytes: number
  readonly logger: Logger
}

/** The change feed with its publishing side, which only stores' writers hold. */
export class RingChangeFeed implements ChangeFeed {
  readonly cluster: string
  readonly #run = randomUUID()
  readonly #ring: (Change | undefined)[] = []
  readonly #replaySize: number
  readonly #replayBytes: number
  readonly #logger: Logger
  readonly #routes = new Routes()
  readonly #intervals = new Intervals()
  #sequence = 0
  #forgotten = 0
  #bytes = 0

  constructor(options: RingChangeFeedOptions) {
    this.cluster = options.cluster
    this.#replaySize = Math.max(1, options.replaySize)
    this.#replayBytes = options.replayBytes
    this.#logger = options.logger
  }

  publish(draft: Omit<Change, 'cluster' | 'sequence'>): void {
    this.#sequence += 1
    const change: Change = { cluster: this.cluster, sequence: this.#sequence, ...draft }
    this.#keep(change)
    const tell = (listener: ChangeListener) => {
      try {
        listener(change)
      } catch (error) {
        // One reader's mistake must not keep a change from the others, nor from the store.
        this.#logger.log('error', 'a reader of the change feed failed', { error })
      }
    }
    this.#routes.each(change, tell)
    this.#intervals.each(this.#sequence, tell)
  }

  /** Lets go of all past changes: their cursors are too old from now on. */
  forget(): void {
    this.#ring.length = 0
    this.#bytes = 0
    this.#forgotten = this.#sequence
  }

  head(): string {
    return this.#cursor(this.#sequence)
  }

  cursorOf(change: Change): string {
    return this.#cursor(change.sequence)
  }

  cursorAt(sequence: number, batch?: Batch): string {
    return this.#cursor(sequence, batch)
  }

  since(cursor: string): readonly Change[] | undefined {
    return this.missed(cursor)?.changes
  }

  missed(cursor: string): Missed | undefined {
    const { run, sequence, batch } = this.#decode(cursor)
    const after = batch?.after ?? sequence
    const missed = this.#sequence - after
    if (run !== this.#run || missed < 0 || missed > this.#replaySize || after < this.#forgotten || (batch !== undefined && batch.end > this.#sequence)) return undefined
    const changes: Change[] = []
    for (let at = after + 1; at <= this.#sequence; at += 1) changes.push(this.#ring[at % this.#replaySize] as Change)
    return { changes, ...(batch === undefined ? {} : { batch: { ...batch, told: sequence } }) }
  }

  subscribe(listener: ChangeListener, interests?: Interests): () => void {
    // Wrapped, so that one function subscribed twice is two subscriptions.
    return this.#routes.add((change) => listener(change), interests)
  }

  every(count: number, listener: ChangeListener): () => void {
    return this.#intervals.add(count, this.#sequence, (change) => listener(change))
  }

  /** In the place of what is too old; the newest, however large it is. */
  #keep(change: Change): void {
    const place = change.sequence % this.#replaySize
    this.#bytes += change.bytes - (this.#ring[place]?.bytes ?? 0)
    this.#ring[place] = change
    let oldest = Math.max(this.#forgotten, change.sequence - this.#replaySize) + 1
    for (; this.#bytes > this.#replayBytes && oldest < change.sequence; oldest += 1) {
      this.#bytes -= this.#ring[oldest % this.#replaySize]?.bytes ?? 0
      this.#ring[oldest % this.#replaySize] = undefined
      this.#forgotten = oldest
    }
  }

  #cursor(sequence: number, batch?: Batch): string {
    return encodeCursor({ cluster: this.cluster, run: this.#run, sequence, ...(batch === undefined ? {} : { batch }) })
  }

  #decode(cursor: string): FeedPosition {
    const position = decodeCursor(cursor)
    if (position.cluster === this.cluster) return position
    throw new WatchqlError('INVALID_CURSOR', `This cursor belongs to the cluster ${JSON.stringify(position.cluster)}, not to ${JSON.stringify(this.cluster)}.`)
  }
}
