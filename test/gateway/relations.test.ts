import { describe, expect, it } from 'vitest'
import { openGateway, openPlayground, type TestGateway, eventually } from '../support/gateway.ts'

async function open(config: Record<string, unknown> = {}): Promise<TestGateway> {
  const { server } = await openPlayground()
  const gateway = await openGateway(server, { config: { types: { allow: ['*/*/*'] }, ...config } })
  await eventually(() => gateway.data('{ __type(name: "AppsV1Deployment") { name } }'), ({ __type }) => __type !== null, 20_000)
  return gateway
}

describe('relations', () => {
  it('lead from an Ingress to the Pods behind it, and on to their nodes', async () => {
    const { data } = await open()
    const answer = await data(`{ ingresses(first: 3) { nodes { metadata { name namespace } relations { services { totalCount nodes { metadata { name } relations { endpointSlices { nodes { relations { pods { totalCount } service { status object { metadata { name } } } } } } pods(first: 2) { totalCount nodes { metadata { name namespace } relations { node { status name object { metadata { name } } } deployment { status object { metadata { name } } } namespace { object { metadata { name } } } events { totalCount nodes { reason } } } } } } } } } } } }`)
    console.log(JSON.stringify(answer, null, 1).slice(0, 4000))
    const d = await data(`{ deployments(first: 3) { nodes { metadata { name } relations { names replicaSets { totalCount } pods { totalCount } } } } }`)
    console.log(JSON.stringify(d))
    expect(1).toBe(1)
  })
})
