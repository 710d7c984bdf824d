import type { WatchState, WatchStatusQuery } from './generated/operations.ts'

export type WatchStatus = WatchStatusQuery['watches'][number]

/**
 * FILLING: some first lists are not in. LIVE: every cache is complete and followed.
 * TROUBLED: none is being filled, and some are stale, forbidden, gone or not served yet.
 */
export type Phase = 'FILLING' | 'LIVE' | 'TROUBLED'

export interface WatchSummary {
  readonly phase: Phase
  readonly kinds: number
  readonly live: number
  readonly objects: number
  /** From 0 to 1: the mean of the kinds, each by its objects where the server said how many there will be. */
  readonly filled: number
}

export function summarize(watches: readonly WatchStatus[]): WatchSummary {
  const count = (state: WatchState) => watches.filter((watch) => watch.state === state).length
  const kinds = watches.length
  const syncing = count('SYNCING')
  const live = count('LIVE')
  return {
    phase: syncing > 0 ? 'FILLING' : live === kinds ? 'LIVE' : 'TROUBLED',
    kinds,
    live,
    objects: watches.reduce((sum, { objects }) => sum + objects, 0),
    filled: kinds === 0 ? 1 : watches.reduce((sum, watch) => sum + filledOf(watch), 0) / kinds,
  }
}

function filledOf({ state, objects, expected }: WatchStatus): number {
  if (state !== 'SYNCING') return 1
  return expected ? Math.min(1, objects / expected) : 0
}
