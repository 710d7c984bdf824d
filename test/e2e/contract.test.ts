import { startControlPlane } from '../cluster/control-plane.ts'
import { describeApiServerContract } from '../contract/api-server-contract.ts'
import { onControlPlane } from '../support/control-plane.ts'

onControlPlane('the contract on the real control plane', () => {
  describeApiServerContract('kube-apiserver', async () => {
    const plane = await startControlPlane({ controllers: false, kwok: false })
    return { url: plane.url, ca: plane.ca, token: plane.token(), close: () => plane.stop() }
  })
})
