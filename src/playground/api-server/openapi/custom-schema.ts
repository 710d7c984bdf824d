import type { Dialect, Schema } from './schemas.ts'

/** A CRD's schema as the server publishes it: OpenAPI v2 cannot say everything, so some of it is left out there. */
export function publishedSchema(schema: unknown, dialect: Dialect): Schema {
  return isObject(schema) ? publish(schema, dialect) : { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
}

const notInV2 = new Set(['default', 'nullable', 'anyOf', 'oneOf', 'allOf', 'not'])

function publish(schema: Schema, dialect: Dialect): Schema {
  const published: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(schema)) {
    if (dialect === 'v2' && notInV2.has(name)) continue
    if (name === 'properties' && isObject(value)) published[name] = Object.fromEntries(Object.entries(value).map(([field, inner]) => [field, publish(inner as Schema, dialect)]))
    else if ((name === 'items' || name === 'additionalProperties') && isObject(value)) published[name] = publish(value, dialect)
    else published[name] = value
  }
  if (published['x-kubernetes-int-or-string'] === true && dialect === 'v3') published['anyOf'] ??= [{ type: 'integer' }, { type: 'string' }]
  return published
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
