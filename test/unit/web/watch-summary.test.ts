import { expect, test } from 'vitest'
import { summarize, type WatchStatus } from '../../../src/web/watch-summary.ts'

const watch = (state: WatchStatus['state'], objects = 0, expected: number | null = null): WatchStatus => ({
  cluster: 'default',
  kind: { group: '', version: 'v1', kind: 'Pod' },
  state,
  objects,
  expected,
  lastError: null,
})

test('is filling while any first list is missing, even beside watches in trouble', () => {
  expect(summarize([watch('LIVE', 7), watch('SYNCING', 3), watch('FORBIDDEN'), watch('SYNCING')])).toEqual({ phase: 'FILLING', kinds: 4, live: 1, objects: 10, filled: 0.5 })
})

test('counts a kind that is being filled by what the server said there will be', () => {
  expect(summarize([watch('LIVE', 5), watch('SYNCING', 25, 100)]).filled).toBe(0.625)
  expect(summarize([watch('SYNCING', 120, 100)]).filled).toBe(1)
})

test('is live only when every kind is', () => {
  expect(summarize([watch('LIVE'), watch('LIVE')]).phase).toBe('LIVE')
  expect(summarize([watch('LIVE'), watch('STALE')]).phase).toBe('TROUBLED')
  expect(summarize([watch('GONE')]).phase).toBe('TROUBLED')
  expect(summarize([watch('LIVE'), watch('PENDING')]).phase).toBe('TROUBLED')
})

test('a gateway that watches nothing yet has nothing left to fill', () => {
  expect(summarize([])).toMatchObject({ phase: 'LIVE', filled: 1 })
})
