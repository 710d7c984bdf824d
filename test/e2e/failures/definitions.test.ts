import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Api } from '../../cluster/api.ts'
import { ApiError } from '../../cluster/api.ts'
import { startControlPlane, type ControlPlane } from '../../cluster/control-plane.ts'
import type { Manifest } from '../../cluster/manifest.ts'
import { onControlPlane } from '../../support/control-plane.ts'
import { eventually } from '../../support/gateway.ts'
import { definitionOf, gizmoGroup } from '../../support/gizmos.ts'
import { openOnPlane } from '../../support/on-plane.ts'

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false, kwok: false })
  api = plane.api()
}, 900_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

const definition = (version: string): Manifest => ({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', ...definitionOf('Gizmo', [version]) }) as Manifest
const gizmo = (name: string, version: string): Manifest => ({ apiVersion: `${gizmoGroup}/${version}`, kind: 'Gizmo', metadata: { name, namespace: 'default' } })
const isGone = (object: Manifest) => api.read(object).then(() => false, (error: unknown) => error instanceof ApiError && error.status === 404)
const create = (object: Manifest) => eventually(() => api.create(object).then(() => '', String), (failure) => failure === '', 20_000)

onControlPlane('a definition', () => {
  it('that is removed and installed again with another version: its objects are told to be DELETED once each, and the new kind works without a restart', async () => {
    await api.create(definition('v1'))
    for (const name of ['a', 'b']) await create(gizmo(name, 'v1'))
    const gateway = await openOnPlane(plane, { config: { initialWatchingResources: [{ kind: 'ConfigMap' }, { group: gizmoGroup, kind: 'Gizmo' }] } })
    await gateway.until('LIVE')
    const others = await gateway.follow([{ kind: 'ConfigMap' }])
    const { told } = await gateway.follow([{ group: gizmoGroup, kind: 'Gizmo' }])

    await api.delete(definition('v1'))
    await eventually(() => isGone(definition('v1')), Boolean, 30_000)
    await eventually(() => told.length, (length) => length >= 2, 15_000)
    expect(told.toSorted()).toEqual(['DELETED a', 'DELETED b'])
    await eventually(() => gateway.ask('Gizmo', gizmoGroup), ({ partial }) => partial.join() === 'KIND_NOT_SERVED')
    expect(await gateway.state('ConfigMap')).toBe('LIVE')

    await api.create(definition('v2'))
    await create(gizmo('c', 'v2'))
    await eventually(() => gateway.ask('Gizmo', gizmoGroup), ({ names }) => names.join() === 'c', 15_000)
    expect((await gateway.watches()).find(({ kind }) => kind.kind === 'Gizmo')).toMatchObject({ kind: { version: 'v2' }, state: 'LIVE', objects: 1 })
    const anew = await gateway.follow([{ group: gizmoGroup, kind: 'Gizmo' }])
    await api.delete(gizmo('c', 'v2'))
    await eventually(() => anew.told.length, Boolean)
    expect(anew.told).toEqual(['DELETED c'])
    expect(told).toHaveLength(2)
    expect(others.ended()).toBeUndefined()
  })
})
