import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { GroupCommit } from '../../../src/base/group-commit.ts'

/** Commits take no time, and are listed. */
function gathering({ expected = Infinity, maxItems = 5 } = {}) {
  const commits: (readonly number[])[] = []
  const commit = (items: readonly number[]) => {
    commits.push(items)
    return Promise.resolve(items.map((item) => item * 2))
  }
  return { commits, group: new GroupCommit({ commit, isEnough: (waiting) => waiting >= expected, maxItems, gatherMs: 75, quietMs: 10 }) }
}

describe('items that are committed together', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('are those that came until none came any more, each with its own result', async () => {
    const { commits, group } = gathering()
    const first = group.add(1)
    await vi.advanceTimersByTimeAsync(8)
    const second = group.add(2)
    await vi.advanceTimersByTimeAsync(8)
    expect(commits).toEqual([])
    await vi.advanceTimersByTimeAsync(10)
    expect([commits, await first, await second]).toEqual([[[1, 2]], 2, 4])
  })

  it('wait no longer than they may, though others keep coming', async () => {
    const { commits, group } = gathering({ maxItems: 100 })
    for (let ms = 0; ms < 85; ms += 5) {
      void group.add(ms)
      await vi.advanceTimersByTimeAsync(5)
    }
    expect(commits).toEqual([[0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75]])
  })

  it('wait for nobody when they are enough, or as many as one commit takes', async () => {
    const { commits, group } = gathering({ expected: 2 })
    void group.add(1)
    void group.add(2)
    await vi.advanceTimersByTimeAsync(1)
    expect(commits).toEqual([[1, 2]])
    for (let item = 0; item < 7; item += 1) void group.add(item)
    await vi.advanceTimersByTimeAsync(1)
    expect(commits.slice(1)).toEqual([[0, 1, 2, 3, 4], [5, 6]])
  })

  it('fail together, and the next ones are tried', async () => {
    let broken = true
    const group = new GroupCommit({ commit: (items: readonly number[]) => (broken ? Promise.reject(new Error('full')) : Promise.resolve(items)), isEnough: () => true, maxItems: 5, gatherMs: 75, quietMs: 10 })
    const failed = Promise.allSettled([group.add(1), group.add(2)])
    await vi.advanceTimersByTimeAsync(1)
    expect((await failed).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    broken = false
    const next = group.add(3)
    await vi.advanceTimersByTimeAsync(1)
    expect(await next).toBe(3)
  })
})
