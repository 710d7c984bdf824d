/** One process of a benchmark: what its sides share (`start`), or one side measured once (`side NAME PARAMETERS`). */
import type { Benchmark, Parameters } from './benchmark.ts'

const [name, role, side, parameters] = process.argv.slice(2)
const { benchmark } = (await import(`./${name}.ts`)) as { benchmark: Benchmark }
if (role === 'start') process.send?.((await benchmark.start?.())?.parameters)
else process.send?.(await benchmark.sides[side ?? '']?.(JSON.parse(parameters ?? '{}') as Parameters))
