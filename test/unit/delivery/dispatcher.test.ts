import { describe, expect, it } from 'vitest'
import type { Answer } from '../../../src/delivery/dispatcher.ts'
import { accepted, dispatching, hour, second } from '../../support/dispatching.ts'

const refused: Answer = { outcome: 'refused', status: 500, error: '500' }

/** An answer that takes a moment, and how many were waited for at once. */
function counting(given: Answer) {
  const atOnce = { now: 0, most: 0 }
  const answer = async () => {
    atOnce.now += 1
    atOnce.most = Math.max(atOnce.most, atOnce.now)
    await new Promise((resolve) => setImmediate(resolve))
    atOnce.now -= 1
    return given
  }
  return { atOnce, answer }
}

describe('a dispatcher', () => {
  it('sends what is due, the deliveries of one object in order and those of others beside them', async () => {
    const { add, clock, sent, counts } = await dispatching()
    await add('a b a c a b')
    await clock.pass(1)
    expect(sent.filter((one) => one.startsWith('a'))).toEqual(['a1', 'a3', 'a5'])
    expect(sent.filter((one) => one.startsWith('b'))).toEqual(['b2', 'b6'])
    expect(await counts()).toEqual({ pending: 0, delivered: 6, dead: 0 })
  })

  it('sends as many large ones at once as memory has room for, and others when these are done', async () => {
    const { add, clock, sent, answers, counts } = await dispatching({ concurrency: 20 })
    const { atOnce, answer } = counting(accepted)
    answers(answer)
    await add(Array.from({ length: 30 }, (_, i) => `o${i}-`).join(' '), JSON.stringify('x'.repeat(3e6)))
    await clock.pass(1)
    expect([atOnce.most, sent.length]).toEqual([5, 30])
    expect((await counts()).pending).toBe(0)
  })

  it('lets one that is refused hold back only its own object, and tries again as Standard Webhooks proposes until it is given up', async () => {
    const { add, clock, sent, answers, attempts, counts } = await dispatching()
    answers((_event, lane) => (lane === 'bad' ? refused : accepted))
    await add('bad bad good good')
    await clock.pass(1)
    expect(sent.toSorted()).toEqual(['bad1', 'good3', 'good4'])
    const start = clock.now()
    // Somebody else gets through all the time.
    for (let i = 0; i < 90; i += 1) {
      await add('good')
      await clock.pass(hour)
    }
    const times = attempts.filter(({ event }) => event === 'k-0001').map(({ at }) => Math.round((at - start + 1) / second))
    expect(times).toEqual([0, 5, 305, 2105, 9305, 27_305, 63_305, 113_705, 185_705, 272_105])
    expect(attempts.find(({ state }) => state === 'DEAD')?.event).toBe('k-0001')
    // The object's next one follows.
    expect(sent).toContain('bad2')
    expect((await counts()).dead).toBe(1)
  })

  it('gives nothing up in an outage of days, probes with one at a time, and delivers all when it is over', async () => {
    const { add, clock, sent, answers, dispatcher, counts } = await dispatching()
    const { atOnce, answer } = counting(refused)
    answers(answer)
    await add(Array.from({ length: 30 }, (_, i) => `o${i}-`).join(' '))
    await clock.pass(60 * second)
    expect(dispatcher.trouble).toBeDefined()
    atOnce.most = 0
    const before = sent.length
    await clock.pass(72 * hour)
    expect(atOnce.most).toBe(1)
    expect(sent.length - before).toBeLessThan(72 * 13)
    expect(await counts()).toEqual({ pending: 30, delivered: 0, dead: 0 })
    answers(() => accepted)
    await clock.pass(400 * second)
    expect(await counts()).toEqual({ pending: 0, delivered: 30, dead: 0 })
    expect(dispatcher.trouble).toBeUndefined()
  })

  it('goes on though the receiver went down while lanes waited for their turns', async () => {
    const { add, clock, answers, counts } = await dispatching({ concurrency: 1 })
    answers(() => refused)
    await add(Array.from({ length: 20 }, (_, i) => `o${i}-`).join(' '))
    await clock.pass(20 * second)
    answers(() => accepted)
    await clock.pass(60 * second)
    expect(await counts()).toEqual({ pending: 0, delivered: 20, dead: 0 })
  })

  it('gives a lone object up no sooner than the receiver itself', { timeout: 60_000 }, async () => {
    const { add, clock, answers, disabled, counts } = await dispatching()
    answers(() => refused)
    await add('a')
    await clock.pass(119 * hour)
    expect(disabled).toEqual([])
    expect((await counts()).pending).toBe(1)
    await clock.pass(60 * hour)
    expect(disabled[0]).toContain('Nothing was accepted since 2026-01-01T00:00:00')
    expect((await counts()).pending).toBe(1)
  })

  it('keeps to Retry-After, for whatever there is', async () => {
    const { add, clock, sent, answers, attempts } = await dispatching()
    answers(() => ({ outcome: 'busy', status: 429, error: '429', retryAfterMs: 60 * second }))
    await add('a')
    await clock.pass(1)
    await add('b')
    await clock.pass(59 * second)
    expect(sent).toEqual(['a1'])
    answers(() => accepted)
    await clock.pass(3 * second)
    expect(sent.toSorted()).toEqual(['a1', 'a1', 'b2'])
    expect(attempts[0]).toMatchObject({ state: 'PENDING', attempts: 0 })
  })

  it('wants the webhook disabled when its receiver is gone for good, and keeps what is due', async () => {
    const { add, clock, answers, disabled, counts } = await dispatching()
    answers(() => ({ outcome: 'gone', status: 410, error: '410' }))
    await add('a')
    await clock.pass(1)
    expect(disabled).toEqual([expect.stringContaining('410')])
    expect((await counts()).pending).toBe(1)
  })

  it('sends no more at once, and no more per second, than it may', async () => {
    const { add, clock, sent, answers } = await dispatching({ concurrency: 2, ratePerSecond: 10 })
    const { atOnce, answer } = counting(accepted)
    answers(answer)
    await add(Array.from({ length: 40 }, (_, i) => `o${i}-`).join(' '))
    await clock.pass(2 * second)
    expect(atOnce.most).toBe(2)
    expect(sent.length).toBeGreaterThanOrEqual(25)
    expect(sent.length).toBeLessThanOrEqual(31)
  })

  it('sends the next one of an object only when it is durable that the one before was accepted', async () => {
    const { add, clock, sent, outbox } = await dispatching()
    const saved = outbox.saved.bind(outbox)
    let broken = true
    outbox.saved = (claim, attempt) => (broken ? Promise.reject(new Error('disk full')) : saved(claim, attempt))
    await add('a a')
    await clock.pass(10 * second)
    expect(sent).toEqual(['a1'])
    broken = false
    await clock.pass(second)
    expect(sent).toEqual(['a1', 'a2'])
  })

  it('tries again after ever longer waits when what is due cannot be read, and sends it when it can be', async () => {
    const { add, clock, sent, outbox } = await dispatching()
    const claim = outbox.claim.bind(outbox)
    let reads = 0
    let broken = true
    outbox.claim = (...args) => {
      if (!broken) return claim(...args)
      reads += 1
      return Promise.reject(new Error('the disk is damaged'))
    }
    await add('a b')
    await clock.pass(10 * second)
    expect(sent).toEqual([])
    expect(reads).toBeGreaterThan(5)
    expect(reads).toBeLessThan(200)
    broken = false
    await clock.pass(second)
    expect(sent.toSorted()).toEqual(['a1', 'b2'])
  })

  it('lets go of a lane whose next delivery cannot be read, and comes back to it', async () => {
    const { add, clock, sent, outbox } = await dispatching()
    const next = outbox.next.bind(outbox)
    let reads = 0
    outbox.next = (claim) => ((reads += 1) < 3 ? Promise.reject(new Error('the disk is damaged')) : next(claim))
    await add('a a a a b')
    await clock.pass(10 * second)
    expect(sent.filter((one) => one.startsWith('a'))).toEqual(['a1', 'a2', 'a3', 'a4'])
    expect(sent).toContain('b5')
  })

  it('ends at once though the database fails', async () => {
    const { add, clock, dispatcher, outbox, counts } = await dispatching({ backoff: { initialMs: hour, maxMs: hour, random: () => 0.5 } })
    outbox.saved = () => Promise.reject(new Error('disk full'))
    await add('a')
    await clock.pass(second)
    await dispatcher.stop(hour)
    expect((await counts()).pending).toBe(1)
  })
})
