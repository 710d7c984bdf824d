/** `npm run soak -- --minutes 60 --target cluster`: see soak.ts. */
import '../../src/require-node.ts'
import { parseArgs } from 'node:util'
import { openClusterTarget } from './cluster-target.ts'
import { openPlaygroundTarget } from './playground-target.ts'
import { soak } from './soak.ts'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '5' }, target: { type: 'string', default: 'playground' }, seed: { type: 'string', default: String(Date.now() % 1_000_000) }, help: { type: 'boolean' } } })
if (values.help === true || !['playground', 'cluster'].includes(values.target)) {
  console.log('npm run soak -- [--minutes 5] [--target playground | cluster] [--seed N]\n\nRandom faults under random churn; ends with 1 when something is wrong.')
  process.exit(values.help === true ? 0 : 1)
}

/** As it was built: it is written with decorators, which are compiled. */
const { startGateway } = (await import(new URL('../../dist/gateway.js', import.meta.url).href)) as typeof import('../../src/gateway.ts')

const startedAt = Date.now()
const report = (line: string) => console.log(`${Math.round((Date.now() - startedAt) / 1000)}s ${line}`)
report(`target ${values.target}, ${values.minutes} minutes, seed ${values.seed}`)
const target = await (values.target === 'cluster' ? openClusterTarget(report) : openPlaygroundTarget())
const problems = await soak({ target, startGateway, minutes: Number(values.minutes), seed: Number(values.seed), report })
await target.stop()
for (const problem of problems.slice(0, 20)) report(`WRONG: ${problem}`)
report(problems.length === 0 ? 'nothing was wrong' : `${problems.length} things were wrong; --seed ${values.seed} takes the same steps again`)
process.exit(problems.length === 0 ? 0 : 1)
