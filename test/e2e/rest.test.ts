import { afterAll, beforeAll, onTestFinished } from 'vitest'
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
})
