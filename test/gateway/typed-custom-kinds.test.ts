import { createClient } from 'graphql-ws'
import { WebSocket } from 'ws'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { ApiServer } from '../../src/playground/api-server/api-server.ts'
import { eventually, openApiServer } from '../support/gateway.ts'
import { gizmoGroup } from '../support/gizmos.ts'
import { hasType, openTyped } from '../support/typed-gateway.ts'

type Schema = Readonly<Record<string, unknown>>

/** A kind of the group lab.example.com with one version and this schema. */
function define({ store }: Pick<ApiServer, 'store'>, kind: string, properties: Schema, more: Schema = {}): void {
  const singular = kind.toLowerCase()
  store.create(store.resource('customresourcedefinitions'), undefined, {
    metadata: { name: `${singular}s.${gizmoGroup}` },
    spec: {
      group: gizmoGroup,
      scope: 'Namespaced',
      names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties, ...more } } }],
    },
  })
}

const object = (properties: Schema, more: Schema = {}): Schema => ({ type: 'object', properties, ...more })

describe('the type of a custom kind', () => {
  const promptMs = 2000

  /** Looks by itself only once an hour: what comes, comes from the definition. */
  async function open() {
    const server = await openApiServer()
    const gateway = await openTyped(server, { config: { apiGroupsSyncIntervalSecond: 3600 } })
    await eventually(() => server.disturbWatches('customresourcedefinitions', () => undefined), (count) => count === 1)
    /** From now on the published documents stay as they are, for some seconds on a real server. */
    const publishNothingNew = async () => {
      const published = await (await fetch(`${server.url}/openapi/v3`)).json()
      server.faults.add({ match: { path: /^\/openapi\/v3$/ }, times: 1000, action: (exchange) => (exchange.json(200, published), true) })
    }
    return { server, ...gateway, publishNothingNew, type: (name: string) => hasType(gateway, name, promptMs) }
  }

  it('is there within two seconds of the definition, though the published documents lag behind', async () => {
    const { server, data, type, publishNothingNew } = await open()
    await publishNothingNew()
    define(server, 'Gizmo', { spec: object({ size: { type: 'integer', format: 'int32' } }) })
    await type('LabExampleComV1Gizmo')
    server.make('gizmos', { metadata: { name: 'g' }, spec: { size: 3 } })
    expect((await data('{ labExampleComV1Gizmos(where: { spec: { size: { gt: 2 } } }) { nodes { spec { size } } } }')).labExampleComV1Gizmos.nodes).toEqual([{ spec: { size: 3 } }])
  })

  it('follows an edited definition as soon, and goes with a removed one', async () => {
    const { server, data, type, query, publishNothingNew } = await open()
    define(server, 'Gizmo', { spec: object({ size: { type: 'integer' } }) })
    await type('LabExampleComV1GizmoSpec')
    await publishNothingNew()
    const definitions = server.store.resource('customresourcedefinitions')
    const stored = server.store.get(definitions, undefined, `gizmos.${gizmoGroup}`)
    const edited = JSON.parse(JSON.stringify(stored).replaceAll('"size"', '"weight"'))
    server.store.update(definitions, undefined, `gizmos.${gizmoGroup}`, edited)
    const fields = async () => (await data('{ __type(name: "LabExampleComV1GizmoSpec") { fields { name } } }')).__type?.fields.map(({ name }: { name: string }) => name)
    await eventually(fields, (found) => found?.join() === 'weight', promptMs)
    server.store.delete(definitions, undefined, `gizmos.${gizmoGroup}`)
    await eventually(() => query('{ labExampleComV1Gizmos { totalCount } }'), ({ errors }) => errors?.[0]?.extensions.code === 'GRAPHQL_VALIDATION_FAILED', promptMs)
  })

  it('spells every field that objects can have, and finds it by its own key', async () => {
    const { server, data, type } = await open()
    define(
      server,
      'Gizmo',
      {
        value: { type: 'integer', format: 'int32' },
        spec: object(
          {
            'content-type': { type: 'string' },
            content_type: { type: 'string' },
            '2fa': { type: 'boolean' },
            $ref: { type: 'string' },
            constructor: { type: 'string' },
            not: { type: 'string' },
            port: { 'x-kubernetes-int-or-string': true },
            limit: { 'x-kubernetes-int-or-string': true, pattern: '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$' },
            big: { type: 'integer', format: 'int64' },
            when: { type: 'string', format: 'date-time' },
            settings: { type: 'object', additionalProperties: { type: 'string' } },
            rules: { type: 'object', additionalProperties: object({ deep: { type: 'string' } }) },
            matrix: { type: 'array', items: { type: 'array', items: { type: 'integer', format: 'int32' } } },
            anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            template: { type: 'object', 'x-kubernetes-embedded-resource': true, 'x-kubernetes-preserve-unknown-fields': true },
            first: object({ same: { type: 'string' } }),
            second: object({ same: { type: 'string' } }),
          },
          { 'x-kubernetes-preserve-unknown-fields': true },
        ),
      },
    )
    await type('LabExampleComV1Gizmo')
    const spec = {
      'content-type': 'a/b', content_type: 'c', '2fa': true, $ref: '#/x', not: 'never', port: 'http', limit: '1Gi', big: 9_007_199_254_740_991, when: '2030-01-01T00:00:00Z',
      settings: { 'log.level': 'info' }, rules: { a: { deep: 'x' } }, matrix: [[1, 2], [3]], anything: { goes: [1, null] },
      template: { apiVersion: 'v1', kind: 'Thing', metadata: { name: 't', labels: { app: 'web' } }, payload: 7 }, first: { same: '1' }, second: { same: '2' }, undeclared: { here: true },
    }
    server.make('gizmos', { metadata: { name: 'g' }, value: 5, spec })
    const { nodes } = (
      await data(`{ labExampleComV1Gizmos { nodes { value_ specValue: value(path: "spec.big") spec {
        content_type content_type_ _2fa _ref constructor not port limit big when settings rules matrix anything
        template { apiVersion kind metadata { name label(key: "app") } _rest } first { __typename same } second { __typename same } _rest } } } }`)
    ).labExampleComV1Gizmos
    const same = '__typename'
    expect(nodes).toEqual([
      {
        value_: 5,
        specValue: spec.big,
        spec: {
          content_type: 'c', content_type_: 'a/b', _2fa: true, _ref: '#/x', constructor: null, not: 'never', port: 'http', limit: '1Gi', big: spec.big, when: spec.when,
          settings: spec.settings, rules: spec.rules, matrix: spec.matrix, anything: spec.anything,
          template: { apiVersion: 'v1', kind: 'Thing', metadata: { name: 't', label: 'web' }, _rest: { payload: 7 } },
          first: { [same]: 'LabExampleComV1GizmoSpecFirst', same: '1' },
          second: { [same]: 'LabExampleComV1GizmoSpecFirst', same: '2' },
          _rest: { undeclared: { here: true } },
        },
      },
    ])
    for (const where of [
      '{ limit: { eq: "1024Mi", gt: "1000M" } }', '{ content_type_: { eq: "a/b" } }', '{ not_: { eq: "never" } }', '{ _rest: { path: "undeclared.here", eq: true } }', '{ port: { in: ["http", 80] } }',
      '{ settings: { key: "log.level", startsWith: "in" } }', '{ matrix: { some: { contains: "x" }, exists: false, not: { exists: true } } }', '{ rules: { path: "a.deep", eq: "x" } }', '{ template: { metadata: { labels: { key: "app", eq: "web" } }, _rest: { path: "payload", gte: 7 } } }',
    ]) {
      const { totalCount } = (await data(`{ labExampleComV1Gizmos(where: { spec: ${where} }) { totalCount } }`)).labExampleComV1Gizmos
      expect(totalCount, where).toBe(where.includes('matrix') ? 0 : 1)
    }
  })

  it('is missing when its schema cannot be used, with the reason, while all others are there', async () => {
    const server = await openApiServer()
    const gateway = await openTyped(server, { config: { types: { allow: ['*/*/*'], maxTypesPerKind: 150 } } })
    define(server, 'Monster', { spec: object(Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`part${i}`, object({ [`own${i}`]: { type: 'string' } })]))) })
    define(server, 'Gizmo', { spec: object({ size: { type: 'integer' } }) })
    await hasType(gateway, 'LabExampleComV1Gizmo')
    const { kinds } = await gateway.data('{ kinds(group: "lab.example.com", kind: "Monster") { typed untypedReason } }')
    expect(kinds).toEqual([{ typed: false, untypedReason: expect.stringContaining('150') as string }])
    server.make('monsters', { metadata: { name: 'm' } })
    expect((await gateway.data('{ objects(kinds: [{ group: "lab.example.com", kind: "Monster" }]) { nodes { __typename kind } } }')).objects.nodes).toEqual([{ __typename: 'GenericObject', kind: 'Monster' }])
  })

  it('comes and goes without ending what runs', async () => {
    const { server, url, type } = await open()
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
    onTestFinished(() => void client.dispose())
    const heard: string[] = []
    const follow = async () => {
      for await (const { data } of client.iterate<{ objects: { object: { metadata: { name: string } } } }>({ query: 'subscription { objects(kinds: [{ kind: "ConfigMap" }], initial: true) { object { metadata { name } } } }' })) heard.push(data?.objects.object?.metadata.name ?? 'SYNCED')
    }
    void follow()
    await eventually(() => heard, () => heard.includes('SYNCED'))
    define(server, 'Gizmo', { spec: object({ size: { type: 'integer' } }) })
    await type('LabExampleComV1Gizmo')
    server.make('configmaps', { metadata: { name: 'after-the-swap' } })
    await eventually(() => heard, () => heard.includes('after-the-swap'))
  })
})
