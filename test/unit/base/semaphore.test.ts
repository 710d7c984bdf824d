import { describe, expect, it } from 'vitest'
import { Semaphore } from '../../../src/base/semaphore.ts'

describe('a semaphore', () => {
  it('lets no more in than its limit and the rest in order', async () => {
    const semaphore = new Semaphore(2)
    const order: number[] = []
    let inside = 0
    await Promise.all(
      [1, 2, 3, 4, 5].map(async (number) => {
        const release = await semaphore.acquire()
        inside += 1
        expect(inside).toBeLessThanOrEqual(2)
        order.push(number)
        await new Promise((resolve) => setImmediate(resolve))
        inside -= 1
        release()
        release()
      }),
    )
    expect(order).toEqual([1, 2, 3, 4, 5])
  })

  it('forgets one who stops waiting', async () => {
    const semaphore = new Semaphore(1)
    const release = await semaphore.acquire()
    const leaving = new AbortController()
    const gone = semaphore.acquire(leaving.signal)
    const next = semaphore.acquire()
    leaving.abort(new Error('left'))
    await expect(gone).rejects.toThrow('left')
    release()
    await expect(next).resolves.toBeTypeOf('function')
  })
})
