import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { selectableFields } from '../../src/model/selectable-fields.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import { ApiClient } from '../contract/api-client.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { describeGrw } from '../support/grw/table.ts'
import { makeWorld } from '../support/grw/world.ts'
import { openOnPlane } from '../support/on-plane.ts'

let plane: ControlPlane
const client = () => new ApiClient({ url: plane.url, ca: plane.ca, token: plane.token() })

beforeAll(async () => {
  plane = await startControlPlane({ controllers: false, kwok: false })
  const maker = client()
  await makeWorld(maker)
  await maker.close()
}, 900_000)

afterAll(() => plane?.stop())

onControlPlane('on the real control plane', () => {
  describeGrw("k8s-generic-watcher's read API", async () => {
    const asker = client()
    onTestFinished(() => asker.close())
    return { url: (await openOnPlane(plane, { config: { types: { allow: [] } } })).url, client: asker }
  })

  describe('a dedicated query', () => {
    const cases = Object.entries(selectableFields).flatMap(([kind, fields]) => fields.map((field) => [kind.slice(1), field] as const))

    it('selects by every field that is called selectable', async () => {
      const { url } = await openOnPlane(plane, { config: { types: { allow: [] }, watch: { syncTimeoutMs: 5000, maxDedicated: 100 } } })
      const answers = cases.map(async ([kind, field]) => {
        const body = JSON.stringify({ group: 'core', version: 'v1', kind, dedicated: true, fieldMatches: [field, 'node-1'] })
        const response = await fetch(`${url}/resources/k8sObjects`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        const { message } = (await response.json()) as { message: string }
        return [kind, field, message]
      })
      expect(await Promise.all(answers)).toEqual(cases.map(([kind, field]) => [kind, field, `${field === 'spec.nodeName' ? 1 : 0} resource(s) founded`]))
    })
  })
})
