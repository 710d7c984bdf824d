import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KubeObject } from '../src/model/object.ts'
import type { Api } from '../test/cluster/api.ts'
import { startControlPlane } from '../test/cluster/control-plane.ts'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { startGatewayProcess } from './support/gateway.ts'
import { median, quantile } from './support/median.ts'
import { podAt } from './support/pods.ts'

const pods = 500
const others = 1500
const warmUp = 50
const asks = 200
const path = '/resources/k8sObjects?group=core&version=v1&kind=Pod&namespace=picked'

export const benchmark: Benchmark = {
  about: `whole objects of a namespace with ${pods} Pods, among ${pods + others}, over REST, in the API server's own list (resourceVersion=0), and the same bytes from a server that does nothing but write them`,
  rounds: 3,
  start,
  sides: { watchql, apiServer, rawServer },
  goals: [
    { about: 'lists per second, of the API server', value: ({ watchql, apiServer }) => (apiServer?.['ms'] ?? Number.NaN) / (watchql?.['ms'] ?? Number.NaN), atLeast: 10 },
    { about: 'lists per second, of a raw server', value: ({ watchql, rawServer }) => (rawServer?.['ms'] ?? Number.NaN) / (watchql?.['ms'] ?? Number.NaN), atLeast: 0.5 },
  ],
}

async function start(): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  const plane = await startControlPlane({ controllers: false, kwok: false })
  const api = plane.api()
  for (const name of ['picked', 'others']) await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  for (let from = 0; from < pods + others; from += 50) await Promise.all(Array.from({ length: 50 }, (_, i) => createPod(api, podAt(from + i), from + i < pods ? 'picked' : 'others')))
  api.close()
  return { parameters: { server: plane.url, ca: plane.ca, token: plane.token(), kubeconfig: plane.kubeconfigPath }, stop: () => plane.stop() }
}

/** With its status, as a kubelet would have reported it. */
async function createPod(api: Api, { metadata, spec, status }: KubeObject, namespace: string): Promise<void> {
  const { name, labels, annotations, ownerReferences } = metadata
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace, labels, annotations, ownerReferences }, spec }
  await api.send('POST', `/api/v1/namespaces/${namespace}/pods`, pod)
  await api.patch(pod, { status: status as object }, '/status')
}

async function watchql(parameters: Parameters): Promise<Figures> {
  const gateway = await startGatewayProcess('', String(parameters['kubeconfig']))
  const figures = await measure(() => get(`${gateway.url}${path}`))
  gateway.stop()
  return figures
}

async function apiServer({ server, ca, token }: Parameters): Promise<Figures> {
  const agent = new HttpsAgent({ keepAlive: true, ca: String(ca) })
  const options = { agent, headers: { authorization: `Bearer ${token}`, accept: 'application/json' } }
  const figures = await measure(() => read((done) => httpsRequest(`${server}/api/v1/namespaces/picked/pods?resourceVersion=0`, options, done).end()))
  agent.destroy()
  return figures
}

async function rawServer(parameters: Parameters): Promise<Figures> {
  const gateway = await startGatewayProcess('', String(parameters['kubeconfig']))
  const folder = await mkdtemp(join(tmpdir(), 'watchql-bench-'))
  const file = join(folder, 'answer.json')
  await writeFile(file, Buffer.from(await (await fetch(`${gateway.url}${path}`)).arrayBuffer()))
  gateway.stop()
  const child = fork(new URL('support/raw-server.ts', import.meta.url), [file])
  const [url] = (await once(child, 'message')) as [string]
  const figures = await measure(() => get(url))
  child.kill()
  await rm(folder, { recursive: true })
  return figures
}

/** One list after the other. */
async function measure(list: () => Promise<number>): Promise<Figures> {
  const times: number[] = []
  let bytes = 0
  for (let i = 0; i < warmUp + asks; i += 1) {
    const startedAt = performance.now()
    bytes = await list()
    if (i >= warmUp) times.push(performance.now() - startedAt)
  }
  return { ms: median(times), p99Ms: quantile(times, 0.99), megabytes: bytes / 2 ** 20 }
}

const agent = new HttpAgent({ keepAlive: true })
const get = (url: string) => read((done) => httpRequest(url, { agent }, done).end())

/** The length of the body, which is read and let go of. */
async function read(ask: (done: (response: IncomingMessage) => void) => unknown): Promise<number> {
  const response = await new Promise<IncomingMessage>((resolve) => ask(resolve))
  if (response.statusCode !== 200) throw new Error(`The list was answered ${response.statusCode}.`)
  let bytes = 0
  response.on('data', (piece: Buffer) => (bytes += piece.length))
  await once(response, 'end')
  return bytes
}
