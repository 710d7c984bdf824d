import type { Field, FieldType } from './type-table.ts'
import { typeTable } from './type-table.ts'

export type Dialect = 'v2' | 'v3'
export type Schema = Readonly<Record<string, unknown>>

const roots: Readonly<Record<Dialect, string>> = { v2: '#/definitions/', v3: '#/components/schemas/' }
const time = 'io.k8s.apimachinery.pkg.apis.meta.v1.Time'
const microTime = 'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime'
const quantity = 'io.k8s.apimachinery.pkg.api.resource.Quantity'
const intOrString = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString'

const primitives: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  int: { type: 'integer' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  number: { type: 'number', format: 'double' },
  bytes: { type: 'string', format: 'byte' },
  object: { type: 'object' },
  any: {},
}

const named: Readonly<Record<string, string>> = { time, micro: microTime, quantity, intOrString }

/** The schemas of primitives that have a name of their own. */
export function namedPrimitives(dialect: Dialect): Readonly<Record<string, Schema>> {
  const v2 = dialect === 'v2'
  return {
    [time]: { type: 'string', format: 'date-time' },
    [microTime]: { type: 'string', format: 'date-time' },
    [quantity]: v2 ? { type: 'string' } : { oneOf: [{ type: 'string' }, { type: 'number' }] },
    [intOrString]: v2 ? { type: 'string', format: 'int-or-string' } : { format: 'int-or-string', oneOf: [{ type: 'integer' }, { type: 'string' }] },
  }
}

export function reference(name: string, dialect: Dialect): Schema {
  return { $ref: roots[dialect] + name }
}

/** The schema of a built-in type, without its kind. */
export function builtInSchema(name: string, dialect: Dialect): { readonly properties: Record<string, Schema>; readonly required?: readonly string[] } | undefined {
  const fields = typeTable().get(name)
  if (fields === undefined) return undefined
  const required = fields.filter((field) => field.required).map((field) => field.name)
  const properties = Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field, dialect)]))
  return { properties, ...(required.length === 0 ? {} : { required }) }
}

/** A type and all that it is made of. */
export function closure(name: string, into: Set<string> = new Set()): Set<string> {
  if (into.has(name)) return into
  into.add(name)
  for (const { type } of typeTable().get(name) ?? []) if (!type.primitive) closure(type.name, into)
  return into
}

function fieldSchema({ type }: Field, dialect: Dialect): Schema {
  if (type.shape === 'map') return { type: 'object', additionalProperties: plain(type, dialect) }
  if (type.shape === 'list') {
    const keys = type.keys.length === 0 ? {} : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': type.keys, 'x-kubernetes-patch-strategy': 'merge', 'x-kubernetes-patch-merge-key': type.keys[0] }
    return { type: 'array', items: plain(type, dialect), ...keys }
  }
  const schema = plain(type, dialect)
  // Beside $ref, OpenAPI 3.0 allows nothing else; the server therefore always wraps it.
  return dialect === 'v3' && '$ref' in schema ? { allOf: [schema] } : schema
}

function plain({ name, primitive }: FieldType, dialect: Dialect): Schema {
  const full = primitive ? named[name] : name
  return full === undefined ? (primitives[name] ?? {}) : reference(full, dialect)
}
