import { describe, expect, it } from 'vitest'
import { dispatching } from '../../support/dispatching.ts'

describe('a dispatcher that looks for what is due', () => {
  it('sends what comes for an object whose delivery is being ended, also when it is looked for just then', async () => {
    for (const endsFirst of [true, false]) {
      const { add, clock, sent, outbox } = await dispatching()
      const [saved, claim] = [outbox.saved.bind(outbox), outbox.claim.bind(outbox)]
      const [ending, looking] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      outbox.saved = async (...args) => {
        const hasMore = await saved(...args)
        await ending.promise
        return hasMore
      }
      await add('a')
      await clock.pass(1)
      outbox.claim = async (...args) => {
        const found = await claim(...args)
        await looking.promise
        return found
      }
      // Its lane is empty by now, and still in hand.
      await add('a')
      await clock.pass(1)
      for (const step of endsFirst ? [ending, looking] : [looking, ending]) {
        expect(sent).toEqual(['a1'])
        step.resolve()
        await clock.pass(1)
      }
      expect(sent).toEqual(['a1', 'a2'])
    }
  })

  it('asks once for what is due, not again for each that was sent, unless there was more than it could take', async () => {
    const { add, clock, sent, outbox } = await dispatching()
    const claim = outbox.claim.bind(outbox)
    let looked = 0
    outbox.claim = (...args) => {
      looked += 1
      return claim(...args)
    }
    for (let i = 0; i < 10; i += 1) {
      await add(`a${i} b${i}`)
      await clock.pass(1)
    }
    expect([sent.length, looked]).toEqual([20, 10])
    // Many times what it holds at once.
    await add(Array.from({ length: 300 }, (_, i) => `c${i}`).join(' '))
    await clock.pass(1)
    expect(sent).toHaveLength(320)
  })

  it('has fewer in hand while they are not small', async () => {
    const { add, clock, sent, outbox } = await dispatching({ concurrency: 40 })
    const claim = outbox.claim.bind(outbox)
    const limits: number[] = []
    outbox.claim = (...args) => {
      limits.push(args[2])
      return claim(...args)
    }
    for (let i = 0; i < 5; i += 1) {
      await add(`much${i}`, 'x'.repeat(65_000))
      await clock.pass(1)
    }
    expect(limits.at(-1)).toBeLessThan(262)
    for (let i = 0; i < 12; i += 1) {
      await add(`small${i}`)
      await clock.pass(1)
    }
    // Begins as if they were as large as they may be, and ends with as many as forty requests at once want.
    expect([limits[0], limits.at(-1)]).toEqual([256, 960])
    expect(sent).toHaveLength(17)
  })
})
