import { describeApiServerContract } from '../contract/api-server-contract.ts'
import { startControlPlane } from '../cluster/control-plane.ts'

describeApiServerContract('the real one', async () => {
  const plane = await startControlPlane({ controllers: false, kwok: false })
  return { url: plane.url, ca: plane.ca, token: plane.token(), username: 'admin', close: () => plane.stop() }
})
