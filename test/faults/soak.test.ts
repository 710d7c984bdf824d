import { expect, it } from 'vitest'
import { playgroundTarget } from '../soak/playground-target.ts'
import { soak } from '../soak/soak.ts'

it('random faults of every kind under random churn leave no trace: stores, told changes, handles and memory are as if there had been none', { timeout: 180_000 }, async () => {
  const target = await playgroundTarget()
  try {
    const { violations, rounds, summary } = await soak({ target, seed: 20_261_123, ms: 45_000, roundMs: 12_000, report: () => undefined })
    expect(violations, summary).toEqual([])
    expect(rounds).toBeGreaterThan(1)
  } finally {
    await target.close()
  }
})
