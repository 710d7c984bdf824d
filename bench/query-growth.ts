import { startApiServer } from '../src/playground/api-server/api-server.ts'
import type { Draft } from '../src/playground/api-server/store/draft.ts'
import type { Benchmark, Figures, Parameters } from './benchmark.ts'
import { startGatewayProcess } from './support/gateway.ts'
import { podResource } from './support/pod-client.ts'
import { median } from './support/median.ts'
import { podAt } from './support/pods.ts'

const sizes = [1000, 10_000, 100_000]
const picked = 200
/** Enough to compile what is hot and to get the indexes built. */
const warmUp = 200
const asks = 400

const page = '{ nodes { metadata { name namespace } phase: value(path: "status.phase") } }'
const lists = {
  byLabel: `{ objects(kinds: { kind: "Pod" }, labelSelector: "picked=yes", first: ${picked}) ${page} }`,
  byField: `{ objects(kinds: { kind: "Pod" }, where: { path: "spec.nodeName", eq: "picked-node" }, first: ${picked}) ${page} }`,
  byNamespace: `{ objects(kinds: { kind: "Pod" }, namespace: "picked", first: ${picked}) ${page} }`,
}

export const benchmark: Benchmark = {
  about: `lists of ${picked} Pods over HTTP, by a label, a field and a namespace, among ${sizes.join(', ')} Pods`,
  rounds: 3,
  start,
  sides: { watchql: ask },
  goals: Object.keys(lists).map((list) => ({ about: `${list}: time among 100,000 as a multiple of that among 1,000`, value: ({ watchql }) => (watchql?.[`${list}100000Ms`] ?? Number.NaN) / (watchql?.[`${list}1000Ms`] ?? Number.NaN), atMost: 1.3 })),
}

async function start(): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  const servers = await Promise.all(sizes.map(async (size) => ({ size, server: await startApiServer() })))
  for (const { size, server } of servers)
    for (let index = 0; index < size; index += 1) {
      const pod: Draft = podAt(index)
      const draft = index % (size / picked) === 0 ? pick(pod) : pod
      server.store.create(podResource, draft.metadata?.namespace, draft)
    }
  return {
    parameters: Object.fromEntries(servers.map(({ size, server }) => [`server${size}`, server.url])),
    stop: async () => {
      await Promise.all(servers.map(({ server }) => server.close()))
    },
  }
}

/** One of the same many Pods in every cluster. */
function pick(pod: Draft): Draft {
  return { ...pod, metadata: { ...pod.metadata, namespace: 'picked', labels: { picked: 'yes' } }, spec: { ...(pod['spec'] as object), nodeName: 'picked-node' } }
}

/** The sizes by turns, request by request: what the machine does meanwhile meets them alike. */
async function ask(parameters: Parameters): Promise<Figures> {
  const gateways = await Promise.all(sizes.map(async (size) => ({ size, gateway: await startGatewayProcess(String(parameters[`server${size}`])), times: new Map(Object.keys(lists).map((list) => [list, [] as number[]])) })))
  for (let i = 0; i < warmUp + asks; i += 1)
    for (const [list, query] of Object.entries(lists))
      for (const { gateway, times } of gateways) {
        const { ms, data } = await gateway.ask(query)
        const { length } = (data as { objects: { nodes: unknown[] } }).objects.nodes
        if (length !== picked) throw new Error(`${length} Pods came ${list}.`)
        if (i >= warmUp) times.get(list)?.push(ms)
      }
  for (const { gateway } of gateways) gateway.stop()
  return Object.fromEntries(gateways.flatMap(({ size, times }) => [...times].map(([list, values]) => [`${list}${size}Ms`, median(values)])))
}
