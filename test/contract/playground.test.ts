import { startApiServer, type ApiServerOptions } from '../../src/playground/api-server/api-server.ts'
import { selfSigned } from '../support/certificate.ts'
import { describeApiServerContract } from './api-server-contract.ts'

const token = 'masters-token'

async function start(options: ApiServerOptions) {
  const server = await startApiServer({
    systemNamespaces: true,
    tokens: { [token]: { username: 'admin', groups: ['system:masters'] } },
    authorizer: ({ groups }) => groups.includes('system:masters'),
    ...options,
  })
  // So that there is a past that it does not remember.
  server.compact()
  return { url: server.url, token, close: () => server.close() }
}

describeApiServerContract('the API server in memory, over HTTP/1.1 in the clear', () => start({}))

describeApiServerContract('the API server in memory, over HTTP/2', async () => {
  const tls = selfSigned('api-server')
  return { ...(await start({ tls })), ca: tls.cert }
})
