import { describe, expect, it } from 'vitest'
import { allSeeing } from '../../../src/access/scope.ts'
import type { KubeObject } from '../../../src/model/object.ts'
import type { Resource } from '../../../src/model/resource.ts'
import { gatewayHosts } from '../../../src/relations/istio/gateway-hosts.ts'
import { createStore } from '../../../src/store/store.ts'
import { pods } from '../../support/resources.ts'

const apiVersion = 'networking.istio.io/v1'
const gateway = (hosts: readonly string[], namespace = 'mesh', name = 'gate'): KubeObject => ({ apiVersion, kind: 'Gateway', metadata: { namespace, name, uid: `${namespace}-${name}` }, spec: { servers: hosts.map((host) => ({ hosts: [host] })) } })
const service = (hosts: readonly string[], gateways: readonly string[], namespace = 'shop', name = 'web'): KubeObject => ({ apiVersion, kind: 'VirtualService', metadata: { namespace, name, uid: `${namespace}-${name}` }, spec: { hosts, gateways } })

function listerOf(kind: string, objects: readonly KubeObject[]) {
  const resource: Resource = { ...pods, group: 'networking.istio.io', kind }
  const store = createStore('test', { resource, publish: () => undefined })
  for (const object of objects) store.writer.put(object)
  return store.lister(allSeeing)
}

async function answer(gateways: readonly KubeObject[], services: readonly KubeObject[], namespace?: string): Promise<readonly string[]> {
  const found = await gatewayHosts({ gateways: listerOf('Gateway', gateways), virtualServices: listerOf('VirtualService', services) }, namespace)
  return found.map(({ namespace, gatewayName, serviceHosts }) => `${namespace}/${gatewayName}: ${serviceHosts.map(({ serviceName, host }) => `${serviceName} ${host}`).join(', ')}`.trim())
}

describe('a host is reached through a Gateway', () => {
  it.each([
    ['that has it', 'www.example.com', 'www.example.com'],
    ['that has a wildcard over it', '*.example.com', 'www.example.com'],
    ['that has a wildcard over several labels of it', '*.example.com', 'a.b.example.com'],
    ['that has a part of its wildcard', 'www.example.com', '*.example.com'],
    ['that has a wildcard inside its wildcard', '*.www.example.com', '*.example.com'],
    ['that has all', '*', 'www.example.com'],
    ['that has one of all', 'www.example.com', '*'],
    ['for its namespace', 'shop/www.example.com', 'www.example.com'],
    ['for every namespace', '*/*.example.com', 'www.example.com'],
    ['whatever its port is', '*.example.com', 'www.example.com:8080'],
  ])('%s: %s and %s', async (_how, server, host) => {
    expect(await answer([gateway([server])], [service([host], ['mesh/gate'])])).toEqual([`mesh/gate: web ${host.replace(':8080', '')}`])
  })

  it.each([
    ['another host', 'www.example.org', 'www.example.com'],
    ['a wildcard that begins below it', '*.example.com', 'example.com'],
    ['a wildcard whose end is a part of a label', '*.example.com', 'wwwexample.com'],
    ['its host for another namespace', 'lab/www.example.com', 'www.example.com'],
    ["its host for the Gateway's own namespace", './www.example.com', 'www.example.com'],
  ])('but not through one that has %s: %s and %s', async (_how, server, host) => {
    expect(await answer([gateway([server])], [service([host], ['mesh/gate'])])).toEqual(['mesh/gate:'])
  })
})

describe('the hosts of Gateways', () => {
  const open = gateway(['*'])

  it.each([
    ['by its name in another namespace', ['mesh/gate'], 'shop', ['web a.b']],
    ['by its name in its own', ['gate'], 'mesh', ['web a.b']],
    ['by its name with a dot', ['./gate'], 'mesh', ['web a.b']],
    ['twice, which counts once', ['gate', 'mesh/gate'], 'mesh', ['web a.b']],
    ['not, where the name is of another namespace', ['gate'], 'shop', []],
    ['not, by the mesh', ['mesh'], 'mesh', []],
    ['not, by a name that is nobody', ['mesh/other', 'a/b/c'], 'shop', []],
  ])('are those of VirtualServices that name it %s', async (_how, gateways, namespace, hosts) => {
    expect(await answer([open], [service(['a.b'], gateways, namespace)])).toEqual([`mesh/gate: ${hosts.join(', ')}`.trim()])
  })

  it('come in order, of one namespace where one is given, and each host once per VirtualService', async () => {
    const gateways = [gateway(['*', '*.b'], 'z', 'two'), gateway(['*'], 'a', 'one'), gateway([], 'z', 'empty')]
    const services = [service(['a.b', 'c.d'], ['z/two', 'a/one'], 'shop', 'web'), service(['a.b'], ['z/two'], 'shop', 'api')]
    expect(await answer(gateways, services)).toEqual(['a/one: web a.b, web c.d', 'z/empty:', 'z/two: api a.b, web a.b, web c.d'])
    expect(await answer(gateways, services, 'z')).toEqual(['z/empty:', 'z/two: api a.b, web a.b, web c.d'])
    expect(await answer(gateways, services, 'nowhere')).toEqual([])
  })

  it('are nothing of objects that have no spec', async () => {
    const bare = (kind: string): KubeObject => ({ apiVersion, kind, metadata: { namespace: 'a', name: 'b', uid: 'c' } })
    expect(await answer([bare('Gateway')], [bare('VirtualService')])).toEqual(['a/b:'])
  })
})
