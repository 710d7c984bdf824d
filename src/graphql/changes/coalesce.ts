import { formatKind } from '../../model/resource.ts'
import { keyOf } from '../../model/object.ts'
import { isAboutObject, type ObjectChangeEvent, type RowEvent } from './events.ts'

/** An event that waits, and the changes that it stands for: from one sequence of the feed to another. */
export interface Pending {
  readonly event: ObjectChangeEvent
  readonly from: number
  readonly to: number
}

/**
 * Makes one event of what has happened to each object. They come in the order of the latest
 * change of each. An object that was deleted and made again under its name is two objects.
 */
export class Coalescer {
  /** And the latest bookmark, under its type. */
  readonly #byObject = new Map<string, Pending>()
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
    this.#first ??= from
    this.#last = to
    const key = isAboutObject(event) ? objectOf(event) : event.type
    const before = this.#byObject.get(key)
    // Removed first, so that it takes its place at the end.
    this.#byObject.delete(key)
    const merged = before !== undefined && isAboutObject(before.event) && isAboutObject(event) ? mergeEvents(before.event, event) : event
    if (merged !== undefined) this.#byObject.set(key, { event: merged, from: before?.from ?? from, to })
  }

  /** A bookmark only where there is nothing else: what is told beside it has a cursor too. */
  all(): readonly Pending[] {
    const all = [...this.#byObject.values()]
    return all.length > 1 ? all.filter(({ event }) => isAboutObject(event)) : all
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

/** Another one when it was deleted and made again. */
export function objectOf({ row: { lister, object } }: Pick<RowEvent, 'row'>): string {
  return `${formatKind(lister.resource)} ${object.metadata.uid ?? keyOf(object)}`
}
