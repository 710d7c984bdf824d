import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it, onTestFinished } from 'vitest'
import { silentLogger } from '../../../src/base/logging.ts'
import { DiscoveryKeeper } from '../../../src/kubernetes/keep-discovering.ts'
import { eventually } from '../../support/gateway.ts'

/** Answers or fails as told, and notes when it was asked. */
function open(options: { sync?: boolean; intervalMs?: number; fails?: boolean } = {}) {
  const server = { fails: options.fails ?? false, asked: [] as number[] }
  const keeper = new DiscoveryKeeper({
    discovery: {
      refresh: () => {
        server.asked.push(performance.now())
        return server.fails ? Promise.reject(new Error('no')) : Promise.resolve()
      },
    },
    schedule: { sync: options.sync ?? true, intervalMs: options.intervalMs ?? 3_600_000, backoff: { initialMs: 400, maxMs: 400, random: () => 1 } },
    afterRefresh: () => undefined,
    logger: silentLogger,
  })
  const stopping = new AbortController()
  const running = keeper.run(stopping.signal)
  onTestFinished(async () => {
    stopping.abort()
    await running
  })
  return { keeper, server, times: (count: number) => eventually(() => server.asked.length, (asked) => asked >= count) }
}

describe('asking what is served', () => {
  it('happens at the interval, and not without one', async () => {
    const [often, once] = [open({ intervalMs: 10 }), open({ sync: false, intervalMs: 10 })]
    await often.times(5)
    expect(once.server.asked).toHaveLength(1)
  })

  it('happens a few times after a change, not all at once, and no more often for a crowd of them', async () => {
    const { keeper, server, times } = open({ sync: false })
    await sleep(300)
    for (let i = 0; i < 50; i += 1) keeper.changed()
    await times(5)
    expect((server.asked[4] ?? 0) - (server.asked[1] ?? 0)).toBeGreaterThan(480)
  })

  it('goes on with patience while the server fails, whatever changes', async () => {
    const { keeper, server, times } = open({ fails: true })
    for (let i = 0; i < 10; i += 1) {
      keeper.changed()
      await sleep(10)
    }
    expect(server.asked).toHaveLength(1)
    server.fails = false
    await times(3)
  })
})
