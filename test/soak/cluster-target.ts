import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startControlPlane } from '../cluster/control-plane.ts'
import type { Manifest } from '../cluster/manifest.ts'
import { configMap } from '../cluster/workloads/application.ts'
import { customResourceDefinitions, gizmo } from '../cluster/workloads/custom-resources.ts'
import { deployment } from '../cluster/workloads/pods.ts'
import type { Random } from '../cluster/workloads/random.ts'
import { createNodes } from '../cluster/workloads.ts'
import { openRelay } from '../support/relay.ts'
import type { SoakedObject, Target } from './target.ts'

const kinds = [
  { group: '', version: 'v1', kind: 'ConfigMap' },
  { group: '', version: 'v1', kind: 'Secret' },
  { group: '', version: 'v1', kind: 'Pod' },
  { group: 'apps', version: 'v1', kind: 'Deployment' },
  { group: 'apps', version: 'v1', kind: 'ReplicaSet' },
  { group: 'lab.example.com', version: 'v1', kind: 'Gizmo' },
]
const [gizmos] = customResourceDefinitions as [Manifest]
const maxObjects = 60

/** A real control plane behind a wire that breaks. */
export async function openClusterTarget(report: (line: string) => void): Promise<Target> {
  const plane = await startControlPlane({
    report,
    // Compacts all the time, and asks clients to go elsewhere: what takes days to meet in production.
    apiServerFlags: ['--etcd-compaction-interval=20s', '--goaway-chance=0.005', '--delete-collection-workers=4'],
  })
  const api = plane.api()
  await createNodes(api, 3)
  await api.create(gizmos)
  const tokenFile = join(plane.folder, 'admin-token')
  await writeFile(tokenFile, plane.token())
  const relay = await openRelay(Number(new URL(plane.url).port))
  const alive: Manifest[] = []
  let number = 0
  let running = true
  const attempt = (work: () => Promise<unknown>) => work().then(() => true, () => false)

  const make = (random: Random, name: string): Manifest => {
    const kind = random.below(4)
    if (kind === 0) return configMap('default', name, { text: 'x'.repeat(random.below(5) === 0 ? 50_000 : 20), more: '日本語 🚀' })
    if (kind === 1) return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' }, stringData: { key: name } }
    if (kind === 2) return gizmo('default', name, number)
    return deployment({ namespace: 'default', name, image: 'registry.example.com/soak:1.0', replicas: 1 + random.below(3) })
  }
  const restart = async () => {
    if (running) await plane.killApiServer()
    running = false
    await plane.restartApiServer()
    running = true
  }

  const faults: Record<string, (random: Random) => Promise<void>> = {
    'the wire is cut': async () => relay.cut(),
    'the wire is cut again and again': async (random) => {
      for (let i = 0; i < 5; i += 1) {
        relay.cut()
        await sleep(random.below(400))
      }
    },
    'open connections stall': async (random) => {
      relay.stall(false)
      await sleep(random.below(20_000))
    },
    'nothing passes': async (random) => {
      relay.stall(true)
      await sleep(random.below(8000))
      relay.heal()
    },
    'the server closes its sending side': async () => relay.halfClose(),
    'the API server is killed': restart,
    'the API server is frozen': async (random) => {
      const pid = plane.running().find(({ name }) => name === 'kube-apiserver')?.pid
      if (pid === undefined) return
      process.kill(pid, 'SIGSTOP')
      await sleep(random.below(12_000))
      process.kill(pid, 'SIGCONT')
    },
    'the definition of a kind is removed and installed again': async (random) => {
      await attempt(() => api.delete(gizmos))
      await sleep(random.below(6000))
      await installGizmos()
    },
  }
  const weights = ['the wire is cut', 'the wire is cut', 'the wire is cut again and again', 'open connections stall', 'nothing passes', 'the server closes its sending side', 'the API server is killed', 'the API server is frozen', 'the definition of a kind is removed and installed again']

  /** Again until it is there: an earlier removal may still be under way. */
  async function installGizmos(): Promise<void> {
    const path = '/apis/lab.example.com/v1/gizmos'
    for (let i = 0; i < 300; i += 1) {
      if (await attempt(() => api.get(path))) return
      await attempt(() => api.create(gizmos))
      await sleep(200)
    }
    throw new Error('The kind Gizmo did not come back.')
  }

  return {
    config: { k8sClientConfig: { authType: 'BearerToken', apiServerUrl: `https://127.0.0.1:${relay.port}`, tokenFilePath: tokenFile, caCertDataPemBase64: plane.caData }, apiGroupsSyncIntervalSecond: 2 },
    kinds,
    async change(random) {
      const roll = random.below(100)
      number += 1
      if (alive.length < 10 || (roll < 30 && alive.length < maxObjects)) {
        const object = make(random, `soak-${number}`)
        if (await attempt(() => api.create(object))) alive.push(object)
        return
      }
      const object = random.pick(alive)
      if (roll < 55 || alive.length >= maxObjects) {
        alive.splice(alive.indexOf(object), 1)
        await attempt(() => api.delete(object))
        // Another object under the same name, at once.
        if (roll % 3 === 0 && (await attempt(() => api.create(object)))) alive.push(object)
      } else await attempt(() => api.patch(object, { metadata: { labels: { round: String(number) } }, ...(object.kind === 'Deployment' ? { spec: { replicas: random.below(4) } } : {}) }))
    },
    async disturb(random) {
      const name = random.pick(weights)
      await faults[name]?.(random)
      return name
    },
    async calm() {
      relay.heal()
      const ready = async () => attempt(() => api.get('/readyz'))
      for (let i = 0; i < 300 && !(await ready()); i += 1) await sleep(200)
      await installGizmos()
    },
    list: async ({ group, version, kind }) => (await api.list(group === '' ? version : `${group}/${version}`, kind)) as unknown as SoakedObject[],
    connections: () => relay.connections(),
    async stop() {
      api.close()
      await relay.close()
      await plane.stop()
    },
  }
}
