import { describe, expect, it } from 'vitest'
import type { Failure, FailureKind } from '../../../src/kubernetes/failure.ts'
import { startWatcher, stepWatcher, type Step, type WatcherEffect, type WatcherInput, type WatcherPolicy } from '../../../src/watch/watcher.ts'

const policy = { backoff: { initialMs: 1000, maxMs: 30_000, random: () => 1 }, absentRetryMs: 40_000, streamingLists: false }

/** The effects of each input after the start, and the state after all of them. */
function run(...inputs: WatcherInput[]): { effects: WatcherEffect[][]; step: Step } {
  return runWith(policy, ...inputs)
}

function runWith(policy: WatcherPolicy, ...inputs: WatcherInput[]): { effects: WatcherEffect[][]; step: Step } {
  let step = startWatcher(policy)
  const effects = inputs.map((input) => {
    step = stepWatcher(policy, step.state, input)
    return [...step.effects]
  })
  return { effects, step }
}

const last = (...inputs: WatcherInput[]): readonly WatcherEffect[] => run(...inputs).effects.at(-1) ?? []
const failure = (kind: FailureKind, retryAfterMs?: number): Failure => ({ kind, message: kind, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })

const page = (resourceVersion: string, token?: string): WatcherInput => ({ type: 'page', resourceVersion, continue: token })
const listFailed = (kind: FailureKind, retryAfterMs?: number): WatcherInput => ({ type: 'listFailed', failure: failure(kind, retryAfterMs) })
const ended = (kind?: FailureKind, lastedMs = 10): WatcherInput => ({ type: 'watchEnded', lastedMs, ...(kind === undefined ? {} : { failure: failure(kind) }) })
const progressed = (resourceVersion: string): WatcherInput => ({ type: 'progressed', resourceVersion })
const opened: WatcherInput = { type: 'watchOpened' }
const elapsed: WatcherInput = { type: 'elapsed' }

describe('streaming a list', () => {
  const streaming: WatcherPolicy = { ...policy, streamingLists: true }
  const stream = (...inputs: WatcherInput[]) => runWith(streaming, ...inputs).effects
  const streamed = (resourceVersion: string): WatcherInput => ({ type: 'streamed', resourceVersion })
  const again = [{ do: 'stream' }]
  const paged = [{ do: 'list', paged: true }]

  it('commits when it is complete, and its watch goes on from there', () => {
    expect(startWatcher(streaming).effects).toEqual(again)
    const { effects, step } = runWith(streaming, opened, streamed('5'), progressed('6'), ended())
    expect(effects).toEqual([[], [{ do: 'commitList', resourceVersion: '5' }, { do: 'report', condition: 'LIVE' }], [], [{ do: 'watch', resourceVersion: '6' }]])
    expect(step.state.at).toBe('WATCHING')
  })

  it('falls back to pages for good where the server refuses it, or ends it in peace before it is complete', () => {
    for (const end of [ended('REJECTED'), ended()])
      expect(stream(end, page('5'), progressed('6'), ended('EXPIRED')).map(([first]) => first)).toEqual([...paged, { do: 'commitList', resourceVersion: '5' }, undefined, ...paged])
  })

  it('falls back once where it cannot be understood or expires, and is tried again after a watch made progress', () => {
    for (const end of [ended('BAD_ANSWER'), ended('EXPIRED')])
      expect(stream(end, page('5'), progressed('6'), ended('EXPIRED')).map(([first]) => first)).toEqual([...paged, { do: 'commitList', resourceVersion: '5' }, undefined, ...again])
  })

  it('waits after a failure, and asks in pages when it keeps failing', () => {
    expect(stream(ended('NETWORK'), elapsed, ended('SERVER'), elapsed).map(([first]) => first?.do)).toEqual(['report', 'stream', 'report', 'list'])
  })

  it('knows forbidden and vanished kinds', () => {
    expect(stream(ended('FORBIDDEN'))[0]?.[0]).toMatchObject({ do: 'report', condition: 'FORBIDDEN' })
    expect(stream(ended('NOT_FOUND'), elapsed, ended('NOT_FOUND'), elapsed, listFailed('NOT_FOUND')).at(-1)?.[0]).toEqual({ do: 'clear' })
  })
})

describe('listing', () => {
  it('begins with a paged list', () => {
    expect(startWatcher(policy).effects).toEqual([{ do: 'list', paged: true }])
  })

  it('follows the continue token and commits with the last page, then watches from there', () => {
    expect(run(page('5', 'next'), page('5')).effects).toEqual([
      [{ do: 'list', paged: true, continue: 'next' }],
      [{ do: 'commitList', resourceVersion: '5' }, { do: 'report', condition: 'LIVE' }, { do: 'watch', resourceVersion: '5' }],
    ])
  })

  it('begins anew when the continue token expires, and asks for one piece when that keeps happening', () => {
    expect(run(page('5', 'next'), listFailed('EXPIRED'), page('6', 'next'), listFailed('EXPIRED')).effects).toEqual([
      [{ do: 'list', paged: true, continue: 'next' }],
      [{ do: 'list', paged: true }],
      [{ do: 'list', paged: true, continue: 'next' }],
      [{ do: 'list', paged: false }],
    ])
  })

  it('waits longer with each failure, as long as the server asks for, and never commits', () => {
    expect(last(listFailed('SERVER'))).toContainEqual({ do: 'wait', ms: 1000 })
    expect(last(listFailed('SERVER'), elapsed, listFailed('NETWORK'))).toContainEqual({ do: 'wait', ms: 2000 })
    expect(last(listFailed('THROTTLED', 7000))).toContainEqual({ do: 'wait', ms: 7000 })
    const all = run(page('5', 'next'), listFailed('NETWORK'), elapsed, page('6', 'next'), listFailed('SERVER')).effects.flat()
    expect(all.map((effect) => effect.do)).not.toContain('commitList')
  })

  it('says FORBIDDEN, keeps the objects and asks again later', () => {
    expect(last(listFailed('FORBIDDEN'))).toEqual([
      { do: 'report', condition: 'FORBIDDEN', failure: failure('FORBIDDEN') },
      { do: 'wait', ms: 50_000 },
    ])
  })

  it('believes that a kind is gone only when told three times in a row', () => {
    const gone = listFailed('NOT_FOUND')
    expect(last(gone, elapsed, gone).map((effect) => effect.do)).not.toContain('clear')
    expect(last(gone, elapsed, gone, elapsed, gone)).toEqual([
      { do: 'clear' },
      { do: 'report', condition: 'GONE', failure: failure('NOT_FOUND') },
      { do: 'wait', ms: 50_000 },
    ])
    expect(last(gone, elapsed, gone, elapsed, page('9'), ended('NOT_FOUND')).map((effect) => effect.do)).not.toContain('clear')
  })
})

describe('watching', () => {
  const live = [page('5'), opened, progressed('8')] as const

  it('goes on from the last resourceVersion when the server ends the watch in the ordinary way', () => {
    expect(last(...live, ended())).toEqual([{ do: 'watch', resourceVersion: '8' }])
    expect(last(page('5'), opened, ended(undefined, 300_000))).toEqual([{ do: 'watch', resourceVersion: '5' }])
  })

  it('does not spin against a server that ends every watch at once', () => {
    expect(last(page('5'), opened, ended())).toEqual([{ do: 'watch', resourceVersion: '5' }])
    expect(last(page('5'), opened, ended(), opened, ended())).toEqual([{ do: 'wait', ms: 2000 }])
  })

  it('resumes after a broken connection without a new list', () => {
    const { effects } = run(...live, ended('NETWORK'), elapsed)
    expect(effects.at(-2)).toEqual([{ do: 'report', condition: 'BROKEN', failure: failure('NETWORK') }, { do: 'wait', ms: 1000 }])
    expect(effects.at(-1)).toEqual([{ do: 'watch', resourceVersion: '8' }])
  })

  it('lists at once when its resourceVersion expired, but waits when fresh lists expire too', () => {
    expect(last(...live, ended('EXPIRED'))).toEqual([{ do: 'list', paged: true }])
    expect(last(...live, ended('EXPIRED'), page('9'), ended('EXPIRED'))).toContainEqual({ do: 'wait', ms: 2000 })
  })

  it('lists again when the server sends what cannot be understood', () => {
    expect(run(...live, ended('BAD_ANSWER'), elapsed).effects.at(-1)).toEqual([{ do: 'list', paged: true }])
  })

  it('forgets earlier failures once events flow', () => {
    expect(last(listFailed('SERVER'), elapsed, listFailed('SERVER'), elapsed, ...live, ended('NETWORK'))).toContainEqual({ do: 'wait', ms: 1000 })
  })
})
