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
/** How often it is looked whether what another process records has come free. */
const retryMs = 1000

/**
 * Which kinds this process records, where several share the record: it takes what nobody
 * records, and lets go of what it does not see itself any more, so that another one may who does.
 */
export class Ownership {
  readonly #leases: Leases
  readonly #clock: Clock
  #held = new Map<string, Lease>()
  readonly #blindSince = new Map<string, number>()
  /** When it was last tried to get a kind that was not to be had. */
  readonly #triedAt = new Map<string, number>()
  #renewedAt = -Infinity

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
    const before = this.#held
    const held = new Map(before)
    if (before.size > 0 && now - this.#renewedAt >= this.#leases.leaseMs / renewals) {
      const blind = [...before.values()].filter((lease) => this.#isBlind(lease, informers, now))
      if (blind.length > 0) await this.#leases.release(blind)
      held.clear()
      for (const lease of await this.#leases.renew()) held.set(nameOf(lease), lease)
      this.#renewedAt = now
    }
    const wanted = informers.filter((informer) => !held.has(nameOf(informer.resource)) && sees(informer.status().state) && now - (this.#triedAt.get(nameOf(informer.resource)) ?? -Infinity) >= retryMs)
    for (const { resource } of wanted) this.#triedAt.set(nameOf(resource), now)
    for (const lease of await this.#leases.acquire(wanted.map(({ resource: { group, kind } }) => ({ group, kind })))) held.set(nameOf(lease), lease)
    this.#held = held
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
