import { afterAll, beforeAll, expect, it } from 'vitest'
import { Api, ApiError } from '../../cluster/api.ts'
import { startControlPlane, type ControlPlane } from '../../cluster/control-plane.ts'
import type { Manifest } from '../../cluster/manifest.ts'
import { configMap } from '../../cluster/workloads/application.ts'
import { onControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/gateway.ts'
import { openOnPlane } from '../../support/on-plane.ts'

const rbac = 'rbac.authorization.k8s.io/v1'
const reading = ['get', 'list', 'watch']
const secret = (name: string): Manifest => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'default' }, stringData: { x: 'y' } })

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false, kwok: false, users: { gateway: [] } })
  api = plane.api()
}, 900_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

onControlPlane('a token file', () => {
  /** A token that is good for as long as a Secret is there. */
  async function token(account: string, boundTo: string): Promise<string> {
    const { metadata } = await api.create(secret(boundTo))
    const asked = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600, boundObjectRef: { apiVersion: 'v1', kind: 'Secret', name: boundTo, uid: metadata.uid } } }
    return (await api.send<Manifest>('POST', `/api/v1/namespaces/default/serviceaccounts/${account}/token`, asked))['status'].token
  }

  /** The API server remembers for ten seconds that a token was good. */
  async function refused(bad: string): Promise<void> {
    const old = new Api({ url: plane.url, ca: plane.ca, token: bad })
    await eventually(() => old.get('/api/v1/namespaces/default/configmaps').then(() => 0, (error: unknown) => (error instanceof ApiError ? error.status : 0)), (status) => status === 401, 30_000).finally(() => old.close())
  }

  it('that is rotated is followed: before and after the old token is revoked no event is lost, and a restart is not needed', async () => {
    await api.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'gateway', namespace: 'default' } })
    await api.create({ apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name: 'gateway-account' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' }, subjects: [{ kind: 'ServiceAccount', name: 'gateway', namespace: 'default' }] })
    const first = await token('gateway', 'first')
    const { rotate, relay, until, follow, watches, ask } = await openOnPlane(plane, { token: first, config: { initialWatchingResources: [{ kind: 'ConfigMap' }] } })
    await until('LIVE')
    const { told, ended } = await follow([{ kind: 'ConfigMap' }])

    // In good time, as a kubelet does it.
    const second = await token('gateway', 'second')
    await rotate(second)
    await api.delete(secret('first'))
    await refused(first)
    relay.cut()
    await api.create(configMap('default', 'a', {}))
    await eventually(() => told, (events) => events.includes('ADDED a'), 20_000)
    await until('LIVE')

    // Too late: the gateway meets the refusal first.
    const third = await token('gateway', 'third')
    await api.delete(secret('second'))
    await refused(second)
    relay.cut()
    await until('STALE')
    await eventually(async () => (await watches())[0]?.lastError?.message, (message) => /unauthorized/i.test(message ?? ''))
    await api.delete(configMap('default', 'a', {}))
    await api.create(configMap('default', 'b', {}))
    expect((await ask('ConfigMap')).names).toContain('a')
    await rotate(third)
    await until('LIVE')
    await eventually(() => told, (events) => events.length >= 3, 10_000)
    expect(told).toEqual(['ADDED a', 'DELETED a', 'ADDED b'])
    expect(ended()).toBeUndefined()
  })
})

onControlPlane('a right', () => {
  it('that is withdrawn makes its kind FORBIDDEN while the others go on, and when it is given back what was missed comes out', async () => {
    const role = (resources: readonly string[]): Manifest => ({ apiVersion: rbac, kind: 'ClusterRole', metadata: { name: 'gateway' }, rules: [{ apiGroups: [''], resources, verbs: reading }] })
    await api.create(role(['configmaps', 'secrets']))
    await api.create({ apiVersion: rbac, kind: 'ClusterRoleBinding', metadata: { name: 'gateway' }, roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'gateway' }, subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'gateway' }] })
    for (const name of ['kept', 'missed']) await api.create(secret(name))
    const { until, follow, ask, state, watches } = await openOnPlane(plane, { token: plane.token('gateway'), config: { initialWatchingResources: [{ kind: 'ConfigMap' }, { kind: 'Secret' }] } })
    await until('LIVE')
    const secrets = await follow([{ kind: 'Secret' }])
    const configMaps = await follow([{ kind: 'ConfigMap' }])

    await api.patch(role([]), { rules: role(['configmaps'])['rules'] })
    await until('FORBIDDEN', 'Secret')
    expect((await watches()).find(({ kind }) => kind.kind === 'Secret')?.lastError).toMatchObject({ code: 'FORBIDDEN', message: expect.stringContaining('User "gateway" cannot') as string })
    expect(await ask('Secret')).toEqual({ names: [], partial: ['FORBIDDEN'] })
    await api.delete(secret('missed'))
    await api.create(secret('new'))
    await api.create(configMap('default', 'other', {}))
    await eventually(() => configMaps.told, (events) => events.includes('ADDED other'))
    expect(await state('ConfigMap')).toBe('LIVE')
    // Not being allowed to look is no deletion.
    expect(secrets.told).toEqual([])

    await api.patch(role([]), { rules: role(['configmaps', 'secrets'])['rules'] })
    await until('LIVE', 'Secret')
    await eventually(() => secrets.told.length, (length) => length >= 2)
    expect(secrets.told.toSorted()).toEqual(['ADDED new', 'DELETED missed'])
    expect(secrets.ended()).toBeUndefined()
    expect((await ask('Secret')).names).toEqual(expect.arrayContaining(['kept', 'new']))
  })
})
