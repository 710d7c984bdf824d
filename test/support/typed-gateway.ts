import { eventually, openGateway, type GatewayTestOptions, type TestGateway } from './gateway.ts'

/** With types, once they are there. */
export async function openTyped(server: { readonly url: string }, { config, ...options }: GatewayTestOptions = {}): Promise<TestGateway> {
  const gateway = await openGateway(server, { ...options, config: { types: { allow: ['*/*/*'] }, ...config } })
  await hasType(gateway, 'CoreV1Pod')
  return gateway
}

const typeNamed = async ({ data }: TestGateway, name: string) => (await data(`{ __type(name: "${name}") { name fields { name description type { name kind } } } }`)).__type
export const hasType = (gateway: TestGateway, name: string, timeoutMs = 10_000) => eventually(() => typeNamed(gateway, name), (type) => type !== null, timeoutMs)
