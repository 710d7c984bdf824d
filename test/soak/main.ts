import '../../src/require-node.ts'
import { parseArgs } from 'node:util'
import { clusterTarget } from './cluster-target.ts'
import { playgroundTarget } from './playground-target.ts'
import { soak } from './soak.ts'

const help = `Random faults under random churn; afterwards everything must be as if there had been none.

  npm run soak -- [options]

  --target T     cluster: the real API server and etcd (default); playground: the one in memory
  --minutes N    how long (10)
  --round N      seconds of trouble between two comparisons (cluster 90, playground 30)
  --seed N       for the same changes and faults again (default: a random one, which is printed)

Ends with code 1 and a report when something was wrong.`

const { values } = parseArgs({
  options: {
    target: { type: 'string', default: 'cluster' },
    minutes: { type: 'string', default: '10' },
    round: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000)) },
    help: { type: 'boolean', default: false },
  },
})
const minutes = Number(values.minutes)
const seed = Number(values.seed)
const isCluster = values.target === 'cluster'
const roundSeconds = Number(values.round ?? (isCluster ? 90 : 30))
if (values.help) {
  console.log(help)
} else if (!(minutes > 0) || !Number.isSafeInteger(seed) || !(roundSeconds > 0) || !['cluster', 'playground'].includes(values.target)) {
  console.error(`That cannot be run.\n\n${help}`)
  process.exitCode = 2
} else {
  const target = isCluster ? await clusterTarget() : await playgroundTarget()
  try {
    const { violations, summary } = await soak({ target, seed, ms: minutes * 60_000, roundMs: roundSeconds * 1000, report: (line) => console.log(line) })
    console.log(`\n${summary}`)
    process.exitCode = violations.length === 0 ? 0 : 1
  } finally {
    await target.close()
  }
}
