import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually, openApiServer, openGateway, openPlayground } from '../support/gateway.ts'

const watchesOf = async (data: (query: string) => Promise<any>): Promise<Record<string, unknown>[]> => // oxlint-disable-line typescript/no-explicit-any
  (await data('{ watches { kind { kind version } state origin options { namespace labelSelector } lastError { message } } }')).watches.map(({ kind, ...watch }: { kind: { kind: string } }) => ({ ...watch, kind: kind.kind }))
const start = 'mutation ($kind: KindInput!, $options: WatchOptionsInput) { startWatch(kind: $kind, options: $options) { state } }'

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'watchql-state-'))
  onTestFinished(() => rm(path, { recursive: true, force: true }))
  return path
}

describe('watches begun by the API', () => {
  it('run again after a restart, with their options, until they are stopped; those on demand do not', async () => {
    const { server } = await openPlayground()
    const config = { database: { path: join(await folder(), 'deeper', 'watchql.db') }, initialWatchingResources: [{ kind: 'Namespace' }] }
    const first = await openGateway(server, { config })
    await eventually(() => first.data('{ kinds(kind: "Secret") { kind } }'), ({ kinds }) => kinds.length === 1)
    await first.data(start, { kind: { kind: 'Secret' }, options: { namespace: 'shop' } })
    await first.data(start, { kind: { group: 'apps', kind: 'Deployment' } })
    await first.data(start, { kind: { kind: 'Service' } })
    await first.data('mutation { stopWatch(kind: { kind: "Service" }) }')
    await first.data('{ objects(kinds: [{ kind: "Pod" }]) { totalCount } }')
    await first.stop()

    const second = await openGateway(server, { config })
    const watches = await eventually(() => watchesOf(second.data), (all) => all.length === 3 && all.every(({ state }) => state === 'LIVE'))
    expect(watches.map(({ kind, origin, options }) => ({ kind, origin, options }))).toEqual([
      { kind: 'Namespace', origin: 'CONFIG', options: { namespace: null, labelSelector: null } },
      { kind: 'Secret', origin: 'API', options: { namespace: 'shop', labelSelector: null } },
      { kind: 'Deployment', origin: 'API', options: { namespace: null, labelSelector: null } },
    ])
  })

  it('wait for their kinds after a restart, and give way to what the configuration declares since', async () => {
    const { server } = await openPlayground()
    const database = { path: join(await folder(), 'watchql.db') }
    const first = await openGateway(server, { config: { database } })
    await eventually(() => first.data('{ kinds(kind: "Secret") { kind } }'), ({ kinds }) => kinds.length === 1)
    await first.data(start, { kind: { kind: 'Secret' }, options: { namespace: 'shop' } })
    await first.stop()
    const second = await openGateway(server, { config: { database, initialWatchingResources: [{ kind: 'Secret' }] } })
    const watches = await eventually(() => watchesOf(second.data), (all) => all.length === 2 && all[0]?.['state'] === 'LIVE')
    expect(watches).toMatchObject([
      { kind: 'Secret', origin: 'CONFIG', options: { namespace: null } },
      { kind: 'Secret', origin: 'API', state: 'PENDING', lastError: { message: expect.stringContaining('other options') as string } },
    ])
  })

  it('survive the end of the process that follows the answer at once', async () => {
    const server = await openApiServer()
    const path = await folder()
    const file = join(path, 'config.json')
    await writeFile(file, JSON.stringify({ listenPort: 0, database: { path: join(path, 'watchql.db') }, k8sClientConfig: { authType: 'None', apiServerUrl: server.url } }))
    const first = await startProcess(file, server.url)
    await eventually(() => first.data('{ kinds(kind: "Secret") { kind } }'), ({ kinds }) => kinds.length === 1)
    await first.data('mutation { startWatch(kind: { kind: "Secret" }) { state } }')
    first.child.kill('SIGKILL')
    await once(first.child, 'exit')
    const second = await startProcess(file, server.url)
    await eventually(() => watchesOf(second.data), ([watch]) => watch?.['state'] === 'LIVE' && watch['kind'] === 'Secret')
  })

  it('have one process to themselves', async () => {
    const { server } = await openPlayground()
    const config = { database: { path: join(await folder(), 'watchql.db') } }
    await openGateway(server, { config })
    await expect(openGateway(server, { config })).rejects.toMatchObject({ code: 'DATABASE_FAILED', message: expect.stringContaining('another process has it open') as string })
  })

  it('are not looked for in a file that is no database', async () => {
    const { server } = await openPlayground()
    const path = join(await folder(), 'watchql.db')
    await writeFile(path, 'not a database, but long enough to be taken for one'.repeat(100))
    await expect(openGateway(server, { config: { database: { path } } })).rejects.toMatchObject({ code: 'DATABASE_FAILED', message: expect.stringContaining('no database') as string })
  })
})

describe('a changed configuration file', () => {
  it('begins, ends and limits watches without a restart; one with mistakes changes nothing', async () => {
    const { server } = await openPlayground()
    const path = await folder()
    const write = async (name: string, kinds: object[] | undefined) => {
      const content = { listenPort: 0, logType: 'json', initialWatchingResources: kinds, k8sClientConfig: { authType: 'None', apiServerUrl: server.url } }
      await writeFile(join(path, name), kinds === undefined ? '{"initialWatchingResources": [' : JSON.stringify(content))
    }
    // As a mounted ConfigMap changes: a link to another file.
    const swap = async (name: string) => {
      await symlink(join(path, name), join(path, 'next'))
      await rename(join(path, 'next'), join(path, 'config.json'))
    }
    await write('a', [{ kind: 'Pod' }, { kind: 'Node' }])
    await write('b', [{ kind: 'Pod', watchOptions: { namespace: 'shop' } }, { kind: 'Secret' }])
    await write('broken', undefined)
    await swap('a')
    const { data, child, lines } = await startProcess(join(path, 'config.json'), server.url)
    const kinds = async () => (await watchesOf(data)).filter(({ state }) => state === 'LIVE').map(({ kind, options }) => `${String(kind)} ${(options as { namespace: string | null }).namespace ?? ''}`.trim()).toSorted()
    await eventually(kinds, (all) => all.join() === 'Node,Pod')
    await swap('broken')
    child.kill('SIGHUP')
    await eventually(() => lines.join('\n'), (text) => text.includes('not taken up'))
    expect(await kinds()).toEqual(['Node', 'Pod'])
    await writeFile(join(path, 'empty'), '\n')
    await swap('empty')
    child.kill('SIGHUP')
    await eventually(() => lines.join('\n'), (text) => text.includes('is empty'))
    await rm(join(path, 'config.json'))
    child.kill('SIGHUP')
    await eventually(() => lines.join('\n'), (text) => text.includes('ENOENT'))
    expect(await kinds()).toEqual(['Node', 'Pod'])
    await swap('b')
    await eventually(kinds, (all) => all.join() === 'Pod shop,Secret', 8000)
    expect(lines.join('\n')).toContain('is taken up')
  })
})

async function startProcess(file: string, server: string) {
  const child = spawn(process.execPath, ['dist/bin.js', 'serve', '--config', file], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const lines: string[] = []
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(line)
      if (found !== null && !line.includes(server)) resolve(found[0])
    })
    void once(child, 'exit').then(() => reject(new Error(`The service ended: ${lines.join('\n')}`)))
  })
  const data = async (query: string) => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })
    return ((await response.json()) as { data: any }).data // oxlint-disable-line typescript/no-explicit-any
  }
  return { child, data, lines }
}
