import { startApiServer } from '../../src/playground/api-server/api-server.ts'
import { selfSigned } from '../support/certificate.ts'
import { describeApiServerContract } from './api-server-contract.ts'

describeApiServerContract('in memory', async () => {
  const tls = selfSigned('api-server')
  const token = 'admin-token'
  const server = await startApiServer({ tls, tokens: { [token]: { username: 'admin', groups: ['system:masters'] } }, authorizer: ({ groups }) => groups.includes('system:masters') })
  return { url: server.url, ca: tls.cert, token, username: 'admin', close: () => server.close() }
})
