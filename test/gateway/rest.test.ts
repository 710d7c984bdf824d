import { onTestFinished } from 'vitest'
import { ApiClient } from '../contract/api-client.ts'
import { openApiServer, openGateway } from '../support/gateway.ts'
import { describeGrw } from '../support/grw/table.ts'
import { makeWorld } from '../support/grw/world.ts'

describeGrw("k8s-generic-watcher's read API", async () => {
  const server = await openApiServer()
  const client = new ApiClient(server)
  onTestFinished(() => client.close())
  await makeWorld(client)
  const { url } = await openGateway(server)
  return { url, client }
})
