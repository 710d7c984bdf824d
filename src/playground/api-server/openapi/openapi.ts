import { createHash } from 'node:crypto'
import { apiVersionOf, collectionPath, type GroupVersionKind } from '../../../model/resource.ts'
import type { Exchange } from '../exchange.ts'
import type { Registry } from '../kinds/registry.ts'
import type { ServedKind } from '../kinds/served-kind.ts'
import { publishedSchema } from './custom-schema.ts'
import { schemaName } from './schema-names.ts'
import { builtInSchema, closure, namedPrimitives, reference, type Dialect, type Schema } from './schemas.ts'

const objectMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'
const listMeta = 'io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta'

/** Answers `/openapi/v2`, `/openapi/v3` and what is below. False when the path is none of these. */
export function answerOpenApi(exchange: Exchange, registry: Registry): boolean {
  const { path } = exchange.info
  const kinds = registry.kinds().filter(({ resource }) => resource.verbs.includes('list'))
  if (path === '/openapi/v2') {
    exchange.json(200, { swagger: '2.0', info, paths: paths(kinds, 'v2'), definitions: schemas(kinds, kinds, 'v2') })
    return true
  }
  const groupVersions = Map.groupBy(kinds, ({ resource }) => rootOf(resource))
  if (path === '/openapi/v3') {
    const entries = [...groupVersions].map(([root, members]) => [root, { serverRelativeURL: `/openapi/v3/${root}?hash=${hashOf(members)}` }])
    // JSON, but the server does not say so.
    exchange.contentType = 'text/plain; charset=utf-8'
    exchange.json(200, { paths: Object.fromEntries(entries) as object })
    return true
  }
  const members = groupVersions.get(path.replace(/^\/openapi\/v3\//, ''))
  if (members === undefined || !path.startsWith('/openapi/v3/')) return false
  exchange.json(200, { openapi: '3.0.0', info, paths: paths(members, 'v3'), components: { schemas: schemas(members, kinds, 'v3') } }, { etag: `"${hashOf(members)}"` })
  return true
}

const info = { title: 'Kubernetes', version: 'v1.37.2' }

const rootOf = (resource: GroupVersionKind): string => `${resource.group === '' ? 'api' : 'apis'}/${apiVersionOf(resource)}`

/** Changes when what is published changes, so that clients know when to read it again. */
function hashOf(kinds: readonly ServedKind[]): string {
  return createHash('sha256').update(JSON.stringify(kinds)).digest('hex').toUpperCase()
}

function paths(kinds: readonly ServedKind[], dialect: Dialect): object {
  return Object.fromEntries(
    kinds.map((kind) => {
      const schema = reference(`${schemaName(kind)}List`, dialect)
      const ok = dialect === 'v3' ? { description: 'OK', content: { 'application/json': { schema } } } : { description: 'OK', schema }
      const operation = { operationId: `list${schemaName(kind)}`, responses: { 200: ok }, 'x-kubernetes-action': 'list', 'x-kubernetes-group-version-kind': groupVersionKind(kind) }
      return [collectionPath(kind.resource), { get: operation }]
    }),
  )
}

function schemas(kinds: readonly ServedKind[], all: readonly ServedKind[], dialect: Dialect): object {
  const parts = new Set<string>([...closure(objectMeta), ...closure(listMeta)])
  const documents: Record<string, Schema> = { ...namedPrimitives(dialect) }
  for (const kind of kinds) {
    const name = schemaName(kind)
    documents[name] = kindSchema(kind, dialect)
    documents[`${name}List`] = listSchema(kind, dialect)
    if (!kind.custom) for (const part of closure(name)) if (part !== name) parts.add(part)
  }
  // A part may be a kind of another group version: a StatefulSet holds PersistentVolumeClaims.
  const elsewhere = new Map(all.filter(({ custom }) => !custom).map((kind) => [schemaName(kind), kind]))
  for (const part of parts) {
    const kind = elsewhere.get(part)
    documents[part] ??= kind === undefined ? { type: 'object', ...builtInSchema(part, dialect) } : kindSchema(kind, dialect)
  }
  return documents
}

function kindSchema(kind: ServedKind, dialect: Dialect): Schema {
  const { properties, ...rest } = (kind.custom ? publishedSchema(kind.schema, dialect) : builtInSchema(schemaName(kind), dialect)) ?? {}
  const metadata = embedded(objectMeta, dialect)
  return { type: 'object', ...rest, properties: { apiVersion: text, kind: text, ...(properties as object), metadata }, 'x-kubernetes-group-version-kind': [groupVersionKind(kind)] }
}

function listSchema(kind: ServedKind, dialect: Dialect): Schema {
  const { group, version, kind: name } = kind.resource
  return {
    type: 'object',
    required: ['items'],
    properties: { apiVersion: text, kind: text, metadata: embedded(listMeta, dialect), items: { type: 'array', items: reference(schemaName(kind), dialect) } },
    'x-kubernetes-group-version-kind': [{ group, version, kind: `${name}List` }],
  }
}

const text: Schema = { type: 'string' }

function embedded(name: string, dialect: Dialect): Schema {
  return dialect === 'v3' ? { allOf: [reference(name, dialect)] } : reference(name, dialect)
}

function groupVersionKind({ resource: { group, version, kind } }: ServedKind): GroupVersionKind {
  return { group, version, kind }
}
