import type { Clock } from '../base/clock.ts'
import type { GroupKind } from '../model/resource.ts'
import type { Informer, WatchState } from '../watch/informer.ts'
import type { Lease, Leases } from './leases.ts'

/** Which kinds this process came to record, and which it does no longer. */
export interface Handover {
  readonly gained: readonly GroupKind[]
  readonly lost: readonly GroupKind[]
}

/** Leases are renewed so many times before they run out. */
const renewals = 3

/**
 * Which kinds this process records, where several share the record: it takes what nobody
 * records, and lets go of what it does not see itself any more, so that another one may who does.
 */
export class Ownership {
  readonly #leases: Leases
  readonly #clock: Clock
  #held = new Map<string, Lease>()
  readonly #blindSince = new Map<string, number>()
  #lookedAt = -Infinity

  constructor(leases: Leases, clock: Clock) {
    this.#leases = leases
    this.#clock = clock
  }

  /** Of the lease on a kind that is held, as far as is known here: another process may have taken it since. */
  epochOf(kind: GroupKind): number | undefined {
    return this.#held.get(nameOf(kind))?.epoch
  }

  /** To be called often: does something when it is time. Rejects when the database fails; then nothing has changed. */
  async keepUp(informers: readonly Informer[]): Promise<Handover> {
    const now = this.#clock.monotonic()
    if (now - this.#lookedAt < this.#leases.leaseMs / renewals) return { gained: [], lost: [] }
    const before = this.#held
    const blind = [...before.values()].filter((lease) => this.#isBlind(lease, informers, now))
    if (blind.length > 0) await this.#leases.release(blind)
    const kept = before.size > blind.length ? await this.#leases.renew() : []
    const held = new Map(kept.map((lease) => [nameOf(lease), lease]))
    const free = informers.filter(({ resource, status }) => !held.has(nameOf(resource)) && sees(status().state))
    for (const lease of await this.#leases.acquire(free.map(({ resource: { group, kind } }) => ({ group, kind })))) held.set(nameOf(lease), lease)
    this.#held = held
    this.#lookedAt = now
    return {
      gained: [...held.values()].filter((lease) => before.get(nameOf(lease))?.epoch !== lease.epoch),
      lost: [...before.values()].filter((lease) => held.get(nameOf(lease))?.epoch !== lease.epoch),
    }
  }

  /** Another process was found to have taken it. */
  lost(kind: GroupKind): void {
    this.#held.delete(nameOf(kind))
  }

  /** Lets go of everything, so that others need not wait. */
  async release(): Promise<void> {
    this.#held.clear()
    await this.#leases.release()
  }

  /** Whether a kind has not been followed for as long as a lease lasts. */
  #isBlind(kind: GroupKind, informers: readonly Informer[], now: number): boolean {
    const name = nameOf(kind)
    const informer = informers.find(({ resource }) => nameOf(resource) === name)
    if (informer === undefined) return true
    if (sees(informer.status().state)) {
      this.#blindSince.delete(name)
      return false
    }
    const since = this.#blindSince.get(name) ?? now
    this.#blindSince.set(name, since)
    return now - since >= this.#leases.leaseMs
  }
}

/** Whether it is known how things are now: also that there is nothing any more. */
function sees(state: WatchState): boolean {
  return state === 'LIVE' || state === 'GONE'
}

export function nameOf({ group, kind }: GroupKind): string {
  return `${group}/${kind}`
}
