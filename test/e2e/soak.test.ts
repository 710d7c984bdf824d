import { expect, it } from 'vitest'
import { clusterTarget } from '../soak/cluster-target.ts'
import { soak } from '../soak/soak.ts'
import { onControlPlane } from '../support/control-plane.ts'

onControlPlane('the soak', () => {
  it('an API server that is killed, paused and compacted, over connections that break in every way, leaves no trace', { timeout: 300_000 }, async () => {
    const target = await clusterTarget()
    try {
      const { violations, rounds, summary } = await soak({ target, seed: 20_261_123, ms: 60_000, roundMs: 25_000, report: () => undefined })
      expect(violations, summary).toEqual([])
      expect(rounds).toBeGreaterThan(1)
    } finally {
      await target.close()
    }
  })
})
