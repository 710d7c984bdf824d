import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { openApiServer, openGateway, eventually } from '../support/gateway.ts'

const cases = [
  { name: 'settings', from: { kind: 'Service' }, to: { kind: 'ConfigMap' }, label: 'example.com/settings', inverse: 'configuredServices' },
  { name: 'backups', from: { kind: 'ConfigMap' }, to: { kind: 'Secret' }, reference: 'data.backup', inverse: 'backedUp' },
  { name: 'team', from: { kind: 'Service' }, to: { kind: 'Pod' }, selector: 'spec.team', inverse: 'teamServices' },
  { name: 'ownedMaps', from: { kind: 'ConfigMap' }, to: { kind: 'Service' }, owner: true, inverse: 'ownMaps' },
]

async function open() {
  const server = await openApiServer()
  server.make('secrets', { metadata: { name: 's' } })
  server.make('configmaps', { metadata: { name: 'a' }, data: { backup: 's' } })
  server.make('services', { metadata: { name: 'web', labels: { 'example.com/settings': 'a' } }, spec: { team: { matchLabels: { team: 'blue' } } } })
  server.make('services', { metadata: { name: 'api', labels: { 'example.com/settings': 'gone' } }, spec: {} })
  server.make('pods', { metadata: { name: 'p', labels: { team: 'blue' } }, spec: {} })
  const services = server.registry.resources().find(({ plural }) => plural === 'services')
  const uid = services && server.store.get(services, 'shop', 'web').metadata.uid
  server.make('configmaps', { metadata: { name: 'owned', ownerReferences: [{ apiVersion: 'v1', kind: 'Service', name: 'web', uid: uid ?? '' }] } })
  const gateway = await openGateway(server, { config: { types: { allow: ['*/*/*'] }, relations: cases } })
  await eventually(() => gateway.data('{ __type(name: "CoreV1PodRelations") { name } }'), ({ __type }) => __type !== null, 20_000)
  return gateway
}

describe('relations of a configuration', () => {
  it('are fields from both ends, by a label, a path, a selector or the owner', async () => {
    const { data } = await open()
    const name = '{ metadata { name } }'
    const answer = await data(`{
      services { nodes { metadata { name } relations { settings { status name object ${name} } team { nodes ${name} } ownMaps { nodes ${name} } } } }
      configMaps { nodes { metadata { name } relations { configuredServices { nodes ${name} } backups { status } ownedMaps { status object ${name} } } } }
      pods { nodes { relations { teamServices { nodes ${name} } } } }
      secrets { nodes { relations { backedUp { nodes ${name} } } } }
    }`)
    const [api, web] = answer.services.nodes
    expect(web.relations).toEqual({ settings: { status: 'FOUND', name: 'a', object: { metadata: { name: 'a' } } }, team: { nodes: [{ metadata: { name: 'p' } }] }, ownMaps: { nodes: [{ metadata: { name: 'owned' } }] } })
    expect(api.relations).toEqual({ settings: { status: 'MISSING', name: 'gone', object: null }, team: { nodes: [] }, ownMaps: { nodes: [] } })
    expect(answer.configMaps.nodes).toEqual([
      { metadata: { name: 'a' }, relations: { configuredServices: { nodes: [{ metadata: { name: 'web' } }] }, backups: { status: 'FOUND' }, ownedMaps: null } },
      { metadata: { name: 'owned' }, relations: { configuredServices: { nodes: [] }, backups: null, ownedMaps: { status: 'FOUND', object: { metadata: { name: 'web' } } } } },
    ])
    expect(answer.pods.nodes[0].relations.teamServices.nodes).toEqual([{ metadata: { name: 'web' } }])
    expect(answer.secrets.nodes[0].relations.backedUp.nodes).toEqual([{ metadata: { name: 'a' } }])
  })

  it('filter lists too', async () => {
    const { data } = await open()
    expect(await data('{ services(where: { relations: { settings: { exists: true } } }) { nodes { metadata { name } } } }')).toEqual({ services: { nodes: [{ metadata: { name: 'web' } }] } })
    expect(await data('{ objects(kinds: [{ kind: "Pod" }], where: { relation: "teamServices", some: { path: "metadata.name", eq: "web" } }) { totalCount } }')).toEqual({ objects: { totalCount: 1 } })
  })

  const parse = (...relations: object[]) => parseConfig(JSON.stringify({ relations }), 'the test', { env: {}, home: '/' })
  const good = { name: 'settings', from: { kind: 'Service' }, to: { kind: 'ConfigMap' }, label: 'app' }

  it('that are wrong are refused with the place of every mistake', () => {
    expect(() => parse({ ...good, label: 'no key!' }, { ...good, label: undefined }, { ...good, reference: 'spec.x' }, { ...good, label: undefined, reference: 'spec..x' })).toThrow(/relations\[0\]\.label(.|\n)*relations\[1\](.|\n)*relations\[2\](.|\n)*label(.|\n)*relations\[3\]\.reference/)
  })

  it.each([
    ['pods', 'a name that the kind has already'],
    ['owners', 'a name that every kind has'],
  ])('called %s are refused at the start: %s', async (name) => {
    const server = await openApiServer()
    await expect(openGateway(server, { config: { relations: [{ ...good, name }] } })).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining(`has a relation ${name} already`) as string })
  })
})
