import { formatKind } from '../../model/resource.ts'
import { keyOf } from '../../model/object.ts'
import { isAboutObject, type ObjectChangeEvent, type RowEvent } from './events.ts'

/** An event that waits, and the changes that it stands for: from one sequence of the feed to another. */
export interface Pending<Event = ObjectChangeEvent> {
  readonly event: Event
  readonly from: number
  readonly to: number
}

/**
 * Makes one event of what has happened to each object. They come in the order of the latest
 * change of each. An object that was deleted and made again under its name is two objects.
 */
export class Coalescer {
  readonly #byObject = new Map<string, Pending<RowEvent>>()
  #first: number | undefined
  #last = 0

  get size(): number {
    return this.#byObject.size
  }

  /** Those before this one are not part of it; the sequence of the latest one added is its end. */
  get range(): { readonly after: number; readonly end: number } {
    return { after: (this.#first ?? 1) - 1, end: this.#last }
  }

  add({ event, from, to }: Pending): void {
    // What comes later has a cursor too.
    if (!isAboutObject(event)) return
    this.#first ??= from
    this.#last = to
    const key = objectOf(event)
    const before = this.#byObject.get(key)
    // Removed first, so that it takes its place at the end.
    this.#byObject.delete(key)
    if (before === undefined) return void this.#byObject.set(key, { event, from, to })
    const merged = mergeEvents(before.event, event)
    if (merged !== undefined) this.#byObject.set(key, { event: merged, from: before.from, to })
  }

  all(): readonly Pending[] {
    return [...this.#byObject.values()]
  }
}

/** Two events of one object as one; undefined where they cancel each other. */
export function mergeEvents(first: RowEvent, then: RowEvent): RowEvent | undefined {
  const { row, cursor } = then
  const position = cursor === undefined ? {} : { cursor }
  if (first.type === 'ADDED') return then.type === 'DELETED' ? undefined : { type: 'ADDED', row, ...position, ...(first.reason === undefined ? {} : { reason: first.reason }) }
  const oldRow = first.oldRow ?? first.row
  // What left and came back was there for the consumer all the time.
  return then.type === 'ADDED' ? { type: 'MODIFIED', row, oldRow, ...position } : { ...then, oldRow }
}

function objectOf({ row: { lister, object } }: RowEvent): string {
  return `${formatKind(lister.resource)} ${object.metadata.uid ?? keyOf(object)}`
}
