import { LRUCache } from 'lru-cache'
import type { Payload } from './payload.ts'

/** Held by whoever wants a payload again; empty once there was no room for it any more. */
export interface Kept {
  payload: Payload | undefined
}

/**
 * What was written once and may be sent again: to a slow subscriber, to one who resumes. Bounded
 * for all operations together; what is gone is written again.
 */
export class KeptPayloads {
  readonly #kept: LRUCache<Kept, true>

  constructor(maxBytes: number) {
    this.#kept = new LRUCache<Kept, true>({ maxSize: maxBytes, sizeCalculation: (_, { payload }) => sizeOf(payload), dispose: (_, kept) => void (kept.payload = undefined) })
  }

  keep(payload: Payload): Kept {
    const kept: Kept = { payload }
    this.#kept.set(kept, true)
    return kept
  }

  /** Undefined where it must be written again. */
  get(kept: Kept): Payload | undefined {
    this.#kept.get(kept)
    return kept.payload
  }
}

/** As text and as bytes, with what every object costs. */
function sizeOf(payload: Payload | undefined): number {
  return 200 + 2 * (payload?.text.length ?? 0)
}
