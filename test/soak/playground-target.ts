import { setTimeout as sleep } from 'node:timers/promises'
import { startApiServer } from '../../src/playground/api-server/api-server.ts'
import * as faults from '../../src/playground/api-server/faults.ts'
import type { Draft } from '../../src/playground/api-server/store/draft.ts'
import type { FaultAction } from '../../src/playground/api-server/fault-rules.ts'
import { customResourceDefinitions, gizmo } from '../cluster/workloads/custom-resources.ts'
import type { Manifest } from '../cluster/manifest.ts'
import type { Random } from '../cluster/workloads/random.ts'
import { selfSigned } from '../support/certificate.ts'
import { openRelay } from '../support/relay.ts'
import type { SoakedKind, SoakedObject, Target } from './target.ts'

const kinds: readonly SoakedKind[] = [
  { group: '', version: 'v1', kind: 'ConfigMap' },
  { group: '', version: 'v1', kind: 'Secret' },
  { group: '', version: 'v1', kind: 'Node' },
  { group: 'lab.example.com', version: 'v1', kind: 'Gizmo' },
]
const [gizmos] = customResourceDefinitions as [Manifest]
const maxObjects = 80

/** What befalls requests to come. */
const requestFaults: Readonly<Record<string, (random: Random) => FaultAction>> = {
  'a cut inside a line': (random) => faults.cutMidLine(random.below(3)),
  'a cut inside a character': () => faults.cutMidCharacter,
  'a cut after some bytes': (random) => faults.cutAfter(random.below(5000)),
  'a stall': () => faults.stall,
  'silence after some bytes': (random) => faults.silentAfter(random.below(2000)),
  'an ERROR event of 410': () => faults.expiredEvent,
  'a 410': () => faults.respond(410, 'Expired'),
  'a continue that expires': () => faults.continueExpires,
  'a 429': () => faults.respond(429, 'TooManyRequests', { 'retry-after': '1' }),
  'a 500': () => faults.respond(500, 'InternalError'),
  'a 503': () => faults.respond(503, 'ServiceUnavailable'),
  'a 401': () => faults.respond(401, 'Unauthorized'),
  'a garbage line': (random) => faults.garbageLine(random.below(3)),
  'duplicates': () => faults.duplicate,
  'a resourceVersion that goes back': (random) => faults.resourceVersionsGoBack(5, random.below(4)),
  'an endless line': () => faults.endlessLine,
  'a login page': () => faults.contentType('text/html'),
  'small pieces': (random) => faults.inPiecesOf(1 + random.below(50)),
  'a delay': (random) => faults.delay(random.below(3000)),
  'a GOAWAY': () => faults.goAway,
}

/** The in-memory API server, over HTTP/2, behind a wire that breaks. */
export async function openPlaygroundTarget(): Promise<Target> {
  const { cert, key } = selfSigned('soak')
  const server = await startApiServer({ tls: { cert, key }, maxConcurrentStreams: 3, history: 200, bookmarkIntervalMs: 2000 })
  const relay = await openRelay(Number(new URL(server.url).port))
  const resourceOf = ({ group, version, kind }: SoakedKind) => server.registry.resources().find((resource) => resource.group === group && resource.version === version && resource.kind === kind)
  const definitions = { group: 'apiextensions.k8s.io', version: 'v1', kind: 'CustomResourceDefinition' }
  const alive: { readonly kind: SoakedKind; readonly object: Manifest }[] = []
  let number = 0

  const create = (kind: SoakedKind, object: Manifest) => {
    const resource = resourceOf(kind)
    if (resource === undefined) return
    server.store.create(resource, object.metadata.namespace, object as Draft)
    alive.push({ kind, object })
  }
  create({ ...definitions }, gizmos)
  alive.length = 0
  await sleep(100)

  const blows: Readonly<Record<string, (random: Random) => Promise<void> | void>> = {
    'the wire is cut': () => relay.cut(),
    'open connections stall': async (random) => {
      relay.stall(false)
      await sleep(random.below(4000))
    },
    'nothing passes': async (random) => {
      relay.stall(true)
      await sleep(random.below(4000))
      relay.heal()
    },
    'the server closes its sending side': () => relay.halfClose(),
    'every watch is cut': () => void server.disturbWatches(undefined, (exchange) => exchange.cut()),
    'the past is forgotten': () => server.compact(),
    'GOAWAY on every connection': () => server.goAway(),
    'the server is away': async (random) => {
      await server.refuseConnections()
      await sleep(random.below(3000))
      await server.acceptConnections()
    },
    'the definition of a kind is removed and installed again': async (random) => {
      const resource = resourceOf(definitions)
      server.store.delete(resource as never, undefined, gizmos.metadata.name)
      await sleep(random.below(4000))
      await installGizmos()
    },
  }

  async function installGizmos(): Promise<void> {
    for (let i = 0; i < 200; i += 1) {
      if (resourceOf(kinds[3] as SoakedKind) !== undefined) return
      try {
        server.store.create(resourceOf(definitions) as never, undefined, gizmos as Draft)
      } catch {
        // It is there already, or still going.
      }
      await sleep(50)
    }
    throw new Error('The kind Gizmo did not come back.')
  }

  const make = (random: Random): { kind: SoakedKind; object: Manifest } => {
    number += 1
    const name = `soak-${number}`
    const kind = random.pick(kinds)
    if (kind.kind === 'Gizmo') return { kind, object: gizmo('default', name, number) }
    const metadata = { name, ...(kind.kind === 'Node' ? {} : { namespace: 'default' }) }
    return { kind, object: { apiVersion: 'v1', kind: kind.kind, metadata, ...(kind.kind === 'ConfigMap' ? { data: { text: '日本語 🚀'.repeat(1 + random.below(50)) } } : {}) } }
  }

  const remove = (one: (typeof alive)[number]) => {
    alive.splice(alive.indexOf(one), 1)
    const resource = resourceOf(one.kind)
    if (resource !== undefined) server.store.delete(resource, one.object.metadata.namespace, one.object.metadata.name)
  }

  return {
    config: {
      k8sClientConfig: { authType: 'None', apiServerUrl: `https://127.0.0.1:${relay.port}`, caCertDataPemBase64: Buffer.from(cert).toString('base64') },
      apiGroupsSyncIntervalSecond: 1,
      transport: { idleTimeoutMs: 2000, connectTimeoutMs: 1000 },
      watch: { pageSize: 7, idleTimeoutMs: 5000, timeoutSeconds: 10, backoffInitialMs: 50, backoffMaxMs: 1000, absentRetryMs: 500, maxObjectBytes: 1_000_000 },
    },
    kinds,
    async change(random) {
      await Promise.resolve()
      try {
        const roll = random.below(100)
        if (alive.length < 20 || (roll < 30 && alive.length < maxObjects)) {
          const { kind, object } = make(random)
          return create(kind, object)
        }
        const one = random.pick(alive)
        if (roll < 55 || alive.length >= maxObjects) {
          remove(one)
          // Another object under the same name, at once.
          if (roll % 3 === 0) create(one.kind, one.object)
          return
        }
        number += 1
        const resource = resourceOf(one.kind)
        if (resource !== undefined) server.store.update(resource, one.object.metadata.namespace, one.object.metadata.name, { ...one.object, metadata: { ...one.object.metadata, labels: { round: String(number) } } })
      } catch {
        // Gone with its kind.
      }
    },
    async disturb(random) {
      if (random.below(100) < 30) {
        const name = random.pick(Object.keys(blows))
        await blows[name]?.(random)
        return name
      }
      const name = random.pick(Object.keys(requestFaults))
      const action = requestFaults[name]?.(random)
      const verb = random.pick(['list', 'watch', 'watch'])
      if (action !== undefined) server.faults.add({ match: { verb }, times: 1 + random.below(3), action })
      // What is under way has to be begun anew to meet it.
      server.disturbWatches(undefined, (exchange) => exchange.cut())
      return name
    },
    async calm() {
      server.faults.clear()
      relay.heal()
      await server.acceptConnections().catch(() => undefined)
      await installGizmos()
    },
    list: (kind) => Promise.resolve(server.store.list(resourceOf(kind) as never) as unknown as SoakedObject[]),
    connections: () => relay.connections(),
    async stop() {
      await relay.close()
      await server.close()
    },
  }
}
