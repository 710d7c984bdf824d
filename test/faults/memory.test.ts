import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer } from '../support/gateway.ts'

/** The built service as a process of its own, with so little memory. */
async function startProcess(server: string, heapMb: number) {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-memory-'))
  const file = join(folder, 'config.json')
  await writeFile(file, JSON.stringify({ listenPort: 0, initialWatchingResources: [{ kind: 'Namespace' }], k8sClientConfig: { authType: 'None', apiServerUrl: server } }))
  const child = spawn(process.execPath, [`--max-old-space-size=${heapMb}`, '--max-semi-space-size=8', 'dist/bin.js', 'serve'], { env: { ...process.env, CONFIG_FILE_PATH: file }, stdio: ['ignore', 'pipe', 'pipe'] })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true })
  })
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)
      if (found !== null && !line.includes(server)) resolve(found[0])
    })
    void once(child, 'exit').then(() => reject(new Error('The service ended.')))
  })
  const data = async (query: string) => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })
    return ((await response.json()) as { data: any }).data // oxlint-disable-line typescript/no-explicit-any
  }
  return { child, data }
}

it('a kind that does not fit into memory is refused, the process lives and answers for the others', async () => {
  const server = await openApiServer()
  // No two alike, so that nothing of them can be shared: 160 MB as text.
  for (let i = 0; i < 10_000; i += 1) server.make('configmaps', { metadata: { name: `c${i}` }, data: { text: `${i}-${'x'.repeat(16_000)}` } })
  const { child, data } = await startProcess(server.url, 120)
  await data('mutation { startWatch(kind: { kind: "ConfigMap" }) { state } }')
  const watchOf = async (kind: string) => (await data('{ watches { kind { kind } state objects lastError { code } } }')).watches.find((watch: { kind: { kind: string } }) => watch.kind.kind === kind)
  await eventually(() => watchOf('ConfigMap'), ({ state }) => state === 'REFUSED', 25_000)
  expect(await watchOf('ConfigMap')).toMatchObject({ objects: 0, lastError: { code: 'MEMORY_LIMIT' } })
  server.make('namespaces', { metadata: { name: 'new' } })
  await eventually(() => data('{ objects(kinds: [{ kind: "Namespace" }], name: "new") { totalCount } }'), ({ objects }) => objects.totalCount === 1)
  expect(child.exitCode).toBeNull()
})
