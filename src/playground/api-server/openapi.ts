import type { Resource } from '../../model/resource.ts'
import { collectionPath } from '../../model/resource.ts'
import type { Exchange } from './exchange.ts'
import type { ObjectStore } from './object-store.ts'
import { crdResource, crdSpec, type Registry } from './registry.ts'

/**
 * The OpenAPI documents. A CRD's kind has the schema that the CRD gives; built-in kinds have
 * their envelope only, with free members, which is true of what this server accepts.
 */
export function answerOpenApi(exchange: Exchange, registry: Registry, store: ObjectStore): boolean {
  const { path } = exchange.info
  if (path === '/openapi/v3') {
    const roots = registry.resources().map((resource) => (resource.group === '' ? `api/${resource.version}` : `apis/${resource.group}/${resource.version}`))
    exchange.json(200, { paths: Object.fromEntries([...new Set(roots)].map((root) => [root, { serverRelativeURL: `/openapi/v3/${root}` }])) })
    return true
  }
  if (path === '/openapi/v2') {
    const resources = registry.resources()
    exchange.json(200, { swagger: '2.0', info: { title: 'Playground', version: 'v1' }, paths: {}, definitions: schemas(resources, store, '#/definitions/') })
    return true
  }
  const [, group = '', version = ''] = /^\/openapi\/v3\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path) ?? []
  const resources = version === '' ? [] : registry.in(group, version)
  if (resources.length === 0) return false
  exchange.json(200, {
    openapi: '3.0.0',
    info: { title: 'Playground', version: 'v1' },
    paths: Object.fromEntries(resources.map((resource) => [collectionPath(resource), {}])),
    components: { schemas: schemas(resources, store, '#/components/schemas/') },
  })
  return true
}

function schemas(resources: readonly Resource[], store: ObjectStore, prefix: string): Record<string, unknown> {
  const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
  const own = resources.map((resource) => [schemaName(resource), schemaOf(resource, store, prefix + meta)] as const)
  return { ...Object.fromEntries(own), [meta]: objectMeta }
}

function schemaName({ group, version, kind }: Resource): string {
  return `${group === '' ? 'io.k8s.api.core' : group.split('.').toReversed().join('.')}.${version}.${kind}`
}

function schemaOf(resource: Resource, store: ObjectStore, metadata: string): unknown {
  const crd = store.find(crdResource, undefined, `${resource.plural}.${resource.group}`)
  const custom = crd && crdSpec(crd).versions.find(({ name }) => name === resource.version)?.schema?.openAPIV3Schema
  const { properties, ...rest } = (custom ?? { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }) as { properties?: object }
  return {
    type: 'object',
    ...rest,
    properties: { ...properties, apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { $ref: metadata } },
    'x-kubernetes-group-version-kind': [{ group: resource.group, version: resource.version, kind: resource.kind }],
  }
}

const texts = { type: 'object', additionalProperties: { type: 'string' } }
const objectMeta = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    generation: { type: 'integer', format: 'int64' },
    creationTimestamp: { type: 'string', format: 'date-time' },
    deletionTimestamp: { type: 'string', format: 'date-time' },
    labels: texts,
    annotations: texts,
    finalizers: { type: 'array', items: { type: 'string' } },
    ownerReferences: { type: 'array', items: { type: 'object', properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, name: { type: 'string' }, uid: { type: 'string' }, controller: { type: 'boolean' } } } },
  },
}
