import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Api } from './api.ts'
import { churn, churnSteps } from './churn.ts'
import type { Step } from './churn.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { lives } from './lock.ts'
import type { Manifest } from './manifest.ts'
import { createNodes, createWorkloads } from './workloads.ts'
import { deployment } from './workloads/pods.ts'
import { onControlPlane } from '../support/control-plane.ts'

onControlPlane('a whole control plane', () => {
  let plane: ControlPlane
  let api: Api
  beforeAll(async () => {
    plane = await startControlPlane()
    api = plane.api()
    await createNodes(api, 3)
    await createWorkloads(api, { scale: 1 })
  }, 900_000)
  afterAll(async () => {
    api?.close()
    await plane?.stop()
  })

  it('makes its nodes Ready', async () => {
    await eventually(async () => expect((await api.list('v1', 'Node')).filter(isReady)).toHaveLength(3))
  })

  it('makes the 50 Pods of a Deployment Ready', async () => {
    const fifty = deployment({ namespace: 'default', name: 'fifty', image: 'registry.example.com/fifty:1', replicas: 50 })
    await api.create(fifty)
    await eventually(async () => expect((await api.read(fifty))['status'].readyReplicas).toBe(50))
  })

  it('refuses a user what that user may not do, and kubectl says so', async () => {
    await expect(plane.kubectl(['get', 'pods'], { user: 'nobody' })).rejects.toThrow(/nobody.*cannot list resource "pods"/)
    await expect(plane.kubectl(['get', 'secrets'], { user: 'viewer' })).rejects.toThrow(/viewer.*cannot list resource "secrets"/)
    expect(await plane.kubectl(['get', 'pods', '-o', 'name'], { user: 'viewer' })).toContain('pod/fifty-')
  })

  it('settles a whole application: Pods run, volumes are bound, Jobs complete', async () => {
    await eventually(async () => {
      const pods = await api.list('v1', 'Pod', 'shop')
      expect(pods.filter(isReady).length).toBeGreaterThanOrEqual(12)
      expect(pods.filter(({ status }) => !['Running', 'Succeeded'].includes(status.phase))).toEqual([])
      expect((await api.list('v1', 'PersistentVolumeClaim', 'shop')).map(({ status }) => status.phase)).toEqual(['Bound', 'Bound', 'Bound', 'Bound'])
      expect((await api.list('batch/v1', 'Job', 'shop')).find(({ metadata }) => metadata.name === 'migrate')?.['status'].succeeded).toBe(3)
    })
    const [asV1, asAlpha] = await Promise.all(['v1', 'v1alpha1'].map((version) => api.list(`lab.example.com/${version}`, 'Gizmo', 'shop')))
    expect(asV1?.map(({ metadata }) => metadata.uid)).toEqual(asAlpha?.map(({ metadata }) => metadata.uid))
  })

  it('keeps its data and its address when the API server is killed under load', async () => {
    const { url } = plane
    const changing = churn(api, { seed: 7, ms: 3_000 })
    await sleep(500)
    await plane.killApiServer()
    await plane.restartApiServer()
    const steps = [...churnSteps({ seed: 7, count: 150, namespace: 'default', withGizmos: true })]
    const count = (action: string) => steps.filter((step) => step.action === action).length
    expect(await changing).toEqual({ create: count('create'), delete: count('delete'), patch: count('patch'), scale: count('scale') })
    expect(plane.url).toBe(url)
    expect(await api.list('v1', 'Node')).toHaveLength(3)
    expect(await churned(api, 'v1', 'ConfigMap')).toEqual(survivors(steps, 'ConfigMap'))
    expect(await churned(api, 'lab.example.com/v1', 'Gizmo')).toEqual(survivors(steps, 'Gizmo'))
  })
})

onControlPlane('an API server and etcd alone', () => {
  it('leaves nothing behind after stop', async () => {
    const plane = await startControlPlane({ controllers: false, kwok: false })
    const api = plane.api()
    expect((await api.get('/version'))['gitVersion']).toMatch(/^v1\./)
    api.close()
    const pids = plane.running().map(({ pid }) => pid)
    expect(pids).toHaveLength(2)
    await plane.stop()
    await plane.stop()
    expect(pids.filter(lives)).toEqual([])
    expect(existsSync(plane.folder)).toBe(false)
  })

  it('leaves nothing behind when the process that started it is killed', async () => {
    const script = `
      import { startControlPlane } from ${JSON.stringify(join(import.meta.dirname, 'control-plane.ts'))}
      const plane = await startControlPlane({ controllers: false, kwok: false })
      console.log(JSON.stringify([plane.folder, ...plane.running().map(({ pid }) => pid)]))`
    const parent = execFile(process.execPath, ['--input-type=module-typescript', '--eval', script])
    const [folder, ...pids]: [string, ...number[]] = JSON.parse(await new Promise<string>((resolve) => parent.stdout?.once('data', resolve)))
    expect(pids).toHaveLength(2)
    expect(pids.filter(lives)).toEqual(pids)
    parent.kill('SIGKILL')
    await eventually(async () => expect([pids.filter(lives), existsSync(folder)]).toEqual([[], false]))
  })

  it('says what a program complained of when it does not start', async () => {
    const start = startControlPlane({ controllers: false, kwok: false, apiServerFlags: ['--no-such-flag'] })
    await expect(start).rejects.toThrow(/kube-apiserver did not become ready \(exit code 1\)[^]*unknown flag: --no-such-flag/)
  })
})

const isReady = ({ status }: Manifest): boolean =>
  status?.conditions?.some(({ type, status }: { type: string; status: string }) => type === 'Ready' && status === 'True') ?? false

async function churned(api: Api, apiVersion: string, kind: string): Promise<string[]> {
  const names = (await api.list(apiVersion, kind, 'default')).map(({ metadata }) => metadata.name)
  return names.filter((name) => name.startsWith('churn-')).sort()
}

function survivors(steps: readonly Step[], kind: string): string[] {
  const names = new Set<string>()
  for (const { action, object } of steps) {
    if (object.kind !== kind) continue
    if (action === 'create') names.add(object.metadata.name)
    if (action === 'delete') names.delete(object.metadata.name)
  }
  return [...names].sort()
}

/** Tries until it passes, and throws the last failure after a minute. */
async function eventually(assertion: () => Promise<void>): Promise<void> {
  for (const deadline = Date.now() + 60_000; ; await sleep(100)) {
    try {
      return await assertion()
    } catch (error) {
      if (Date.now() > deadline) throw error
    }
  }
}
