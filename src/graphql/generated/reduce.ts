import { Components } from './components.ts'
import type { FieldDescription, KindDescription, KindFailure, ObjectDescription, ReducedDocument, ReductionLimits, TypeReference } from './description.ts'
import { isRecord, type OpenApiSchema, type SchemaDocument } from './documents.ts'
import { compareText, fieldNamesOf, kindTypeName, mark, nestedTypeName } from './names.ts'
import { objectMeta, ownerReference } from './object-meta.ts'

/** Fields that every object has whatever its kind; a kind's own ones by these names end in `_`. */
const rootReserved: ReadonlySet<string> = new Set(['id', 'cluster', 'apiVersion', 'kind', 'metadata', 'raw', 'value', 'relations', '_rest'])
const nestedReserved: ReadonlySet<string> = new Set(['_rest'])
const common: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])
const maxListedValues = 20

/** What a document says of the kinds asked for. A kind that cannot be described fails alone, with the reason. */
export function reduceDocument(document: SchemaDocument, prefix: string, wanted: readonly string[], limits: ReductionLimits): ReducedDocument {
  const components = new Components(document, prefix)
  const kinds: KindDescription[] = []
  const failures: KindFailure[] = []
  const types = new Map<string, ObjectDescription>()
  const names: TakenNames = new Map(wanted.map((kind) => [kindTypeName(prefix, kind), kind]))
  for (const kind of wanted.toSorted(compareText)) {
    try {
      const schema = document.schemas[document.kinds.get(kind) ?? '']
      if (!isRecord(schema)) throw new Error('The API server publishes no schema of it.')
      const reduced = new KindReducer(components, names, limits).reduce(kindTypeName(prefix, kind), schema)
      kinds.push({ kind, root: reduced.root })
      for (const type of reduced.nested) types.set(type.name, type)
    } catch (error) {
      failures.push({ kind, reason: error instanceof Error ? error.message : String(error) })
    }
  }
  return { kinds, failures, types: [...types.values()] }
}

/** Who has a name already: a kind, or an inline object by its schema. */
type TakenNames = Map<string, string>

/** The names of inline objects in one kind or named schema: equal ones share the name of the shallowest. */
type Scope = Map<string, string>

interface Pending {
  readonly name: string
  readonly schema: OpenApiSchema
  readonly depth: number
  readonly shared: boolean
  readonly scope: Scope
}

/** Walks one kind breadth first, so that names are as short as can be. */
class KindReducer {
  readonly #components: Components
  readonly #names: TakenNames
  readonly #limits: ReductionLimits
  readonly #queue: Pending[] = []
  readonly #seen = new Set<string>()
  #usesMeta = false

  constructor(components: Components, names: TakenNames, limits: ReductionLimits) {
    this.#components = components
    this.#names = names
    this.#limits = limits
  }

  reduce(name: string, schema: OpenApiSchema): { readonly root: ObjectDescription; readonly nested: readonly ObjectDescription[] } {
    const root = this.#describe({ name, schema, depth: 0, shared: false, scope: new Map() }, rootReserved, common)
    const nested: ObjectDescription[] = []
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      if (nested.length >= this.#limits.maxTypesPerKind) throw new Error(`It is made of more than ${this.#limits.maxTypesPerKind} objects in objects.`)
      nested.push(this.#describe(next, nestedReserved))
    }
    return { root, nested: this.#usesMeta ? [...nested, objectMeta, ownerReference] : nested }
  }

  #describe({ name, schema, depth, shared, scope }: Pending, reserved: ReadonlySet<string>, without: ReadonlySet<string> = new Set()): ObjectDescription {
    const given = isRecord(schema.properties) ? schema.properties : {}
    const properties: Readonly<Record<string, unknown>> = schema['x-kubernetes-embedded-resource'] === true ? { ...embedded, ...given } : given
    const keys = Object.keys(properties).filter((key) => !without.has(key)).sort(compareText)
    const names = fieldNamesOf(keys, reserved)
    const fields = keys.map((key): FieldDescription => {
      const property = isRecord(properties[key]) ? (properties[key] as OpenApiSchema) : {}
      const description = describeField(property)
      return { key, name: names.get(key) ?? key, type: this.#typeOf(property, { name: nestedTypeName(name, key), depth: depth + 1, scope }), ...(description === undefined ? {} : { description }) }
    })
    const description = textOf(schema.description)
    return { name, fields, ...(description === undefined ? {} : { description }), ...(isOpen(schema) ? { open: true } : {}), ...(shared ? { shared: true } : {}) }
  }

  #typeOf(schema: OpenApiSchema, at: { readonly name: string; readonly depth: number; readonly scope: Scope }): TypeReference {
    const reference = referenceIn(schema)
    if (reference !== undefined) {
      const found = this.#components.find(reference)
      if (found === undefined) return json
      if ('of' in found) {
        if (found.of === objectMeta.name) this.#usesMeta = true
        return found
      }
      const { schema: target, name, shared } = found
      return this.#isObject(target) ? this.#enqueue({ name, schema: target, depth: at.depth, shared, scope: new Map() }) : this.#typeOf({ ...target, $ref: undefined, allOf: undefined }, at)
    }
    if (schema['x-kubernetes-int-or-string'] === true || schema.format === 'int-or-string') return { of: isQuantity(schema) ? 'Quantity' : 'IntOrString' }
    if (this.#isObject(schema)) return this.#inline(schema, at)
    switch (schema.type) {
      case 'string':
        return { of: schema.format === 'date-time' ? 'DateTime' : 'String' }
      case 'boolean':
        return { of: 'Boolean' }
      case 'integer':
        return { of: schema.format === 'int32' ? 'Int' : 'Int64' }
      case 'number':
        return { of: 'Float' }
      case 'array': {
        if (!isRecord(schema.items)) return json
        const items = schema.items as OpenApiSchema
        const { of, lists = 0, nullableItems = false } = this.#typeOf(items, at)
        return { of, lists: lists + 1, ...(nullableItems || items.nullable === true ? { nullableItems: true } : {}) }
      }
      case 'object':
        return isRecord(schema.additionalProperties) && isText(schema.additionalProperties) ? { of: 'StringMap' } : json
      default:
        return json
    }
  }

  /** Whether it has fields of its own. */
  #isObject(schema: OpenApiSchema): boolean {
    return schema['x-kubernetes-embedded-resource'] === true || (isRecord(schema.properties) && Object.keys(schema.properties).length > 0)
  }

  #inline(schema: OpenApiSchema, { name: wanted, depth, scope }: { readonly name: string; readonly depth: number; readonly scope: Scope }): TypeReference {
    if (depth > this.#limits.maxDepth) return json
    const text = JSON.stringify(schema)
    const known = scope.get(text)
    if (known !== undefined) return { of: known }
    const name = (this.#names.get(wanted) ?? text) === text ? wanted : `${wanted}_${mark(text)}`
    scope.set(text, name)
    this.#names.set(name, text)
    return this.#enqueue({ name, schema, depth, shared: false, scope })
  }

  #enqueue(pending: Pending): TypeReference {
    if (pending.depth > this.#limits.maxDepth) return json
    if (!this.#seen.has(pending.name)) {
      this.#seen.add(pending.name)
      this.#queue.push(pending)
    }
    return { of: pending.name }
  }
}

const json: TypeReference = { of: 'JSON' }
const embedded: Readonly<Record<string, OpenApiSchema>> = { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { $ref: 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' } }

/** Beside a reference OpenAPI 3.0 allows nothing, so that servers wrap one that has a description. */
function referenceIn({ $ref, allOf }: OpenApiSchema): string | undefined {
  if (typeof $ref === 'string') return $ref
  const [only] = Array.isArray(allOf) && allOf.length === 1 ? (allOf as readonly unknown[]) : []
  return isRecord(only) && typeof (only as OpenApiSchema).$ref === 'string' ? ((only as OpenApiSchema).$ref as string) : undefined
}

function isOpen(schema: OpenApiSchema): boolean {
  return schema['x-kubernetes-preserve-unknown-fields'] === true || schema['x-kubernetes-embedded-resource'] === true || schema.additionalProperties === true || isRecord(schema.additionalProperties)
}

function isText(schema: OpenApiSchema): boolean {
  return schema.type === 'string' && schema.format !== 'int-or-string'
}

/** As the tools that write definitions mark them: by the pattern that quantities match. */
function isQuantity({ pattern }: OpenApiSchema): boolean {
  return typeof pattern === 'string' && pattern.includes('KMGTPE')
}

function describeField(schema: OpenApiSchema): string | undefined {
  const text = textOf(schema.description)
  const values = Array.isArray(schema.enum) ? (schema.enum as readonly unknown[]).filter((value) => typeof value === 'string').slice(0, maxListedValues) : []
  if (values.length === 0 || text?.includes('enum values')) return text
  const choice = `One of: ${values.map((value) => JSON.stringify(value)).join(', ')}.`
  return text === undefined ? choice : `${text}\n\n${choice}`
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? value.trim() : ''
  return text === '' ? undefined : text
}
