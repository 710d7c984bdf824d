/**
 * `npm run bench -- NAME [--rounds N]` measures one benchmark of this folder and prints the
 * medians of its sides, and how they stand to its goals. Ratios hold from machine to machine,
 * times do not.
 */
import '../src/require-node.ts'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { median } from './support/median.ts'

/** As the service is started, and with the collector at hand. */
const nodeOptions = ['--max-semi-space-size=16', '--expose-gc', '--disable-warning=ExperimentalWarning']
/** What all sides use: the threads of its collector must not take the processors from what is measured. */
const sharedOptions = ['--v8-pool-size=1']

const { values, positionals } = parseArgs({ allowPositionals: true, options: { rounds: { type: 'string' } } })
const names = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.ts') && !['main.ts', 'side.ts', 'benchmark.ts'].includes(file)).map((file) => file.slice(0, -3))
const [name] = positionals
if (name === undefined || !names.includes(name)) {
  console.error(`Name a benchmark: npm run bench -- ${names.join(' | ')} [--rounds N]`)
  process.exit(1)
}

const { benchmark } = (await import(`./${name}.ts`)) as { benchmark: Benchmark }
const sides = Object.keys(benchmark.sides)
const rounds = Number(values.rounds ?? benchmark.rounds)
console.log(`${name}: ${benchmark.about}\n`)

const shared = benchmark.start === undefined ? undefined : run(name, ['start'], sharedOptions)
process.on('exit', () => shared?.kill())
const parameters = shared === undefined ? {} : await answer<Parameters>(shared)
const measured: Record<string, Figures[]> = Object.fromEntries(sides.map((side) => [side, []]))
for (let round = 0; round < rounds; round += 1) {
  // By turns first, since the first one may find a colder machine.
  for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
    const child = run(name, ['side', side, JSON.stringify(parameters)])
    measured[side]?.push(await answer<Figures>(child))
    child.kill()
    process.stderr.write(`round ${round + 1} of ${rounds}: ${side} measured\n`)
  }
}
shared?.kill()

const medians = Object.fromEntries(sides.map((side) => [side, mediansOf(measured[side] ?? [])]))
// A line for each figure: some benchmarks have many, none has many sides.
console.table(Object.fromEntries(Object.keys(medians[sides[0] ?? ''] ?? {}).map((figure) => [figure, Object.fromEntries(sides.map((side) => [side, medians[side]?.[figure]]))])))
for (const { about, value, atMost, atLeast } of benchmark.goals) {
  const figure = value(medians)
  const met = (atMost === undefined || figure <= atMost) && (atLeast === undefined || figure >= atLeast)
  const goal = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`
  console.log(`${met ? 'met   ' : 'MISSED'}  ${about}: ${figure.toPrecision(3)} (${goal})`)
}

function run(benchmark: string, args: readonly string[], moreOptions: readonly string[] = []): ChildProcess {
  return fork(new URL('side.ts', import.meta.url), [benchmark, ...args], { execArgv: [...nodeOptions, ...moreOptions], env: { NODE_ENV: 'production', ...process.env } })
}

async function answer<T>(child: ChildProcess): Promise<T> {
  const [message] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error('The measuring process ended without an answer.')
    }),
  ])) as [T]
  return message
}

function mediansOf(all: readonly Figures[]): Figures {
  const figures = Object.keys(all[0] ?? {})
  return Object.fromEntries(figures.map((figure) => [figure, Number(median(all.map((one) => one[figure] ?? Number.NaN)).toPrecision(4))]))
}
