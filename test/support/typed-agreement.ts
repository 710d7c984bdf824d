import { isDeepStrictEqual } from 'node:util'
import { buildClientSchema, getIntrospectionQuery, getNamedType, getNullableType, isListType, isObjectType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLSchema, type IntrospectionQuery } from 'graphql'
import type { TestGateway } from './gateway.ts'

export interface TypedKind {
  readonly kind: string
  readonly apiVersion: string
  readonly typeName: string
  readonly listFields: readonly [string, ...string[]]
  readonly objectFields: readonly string[]
}

type JsonObject = Readonly<Record<string, unknown>>

/** What a query may ask of everything there is. */
export const generousLimits = { queryTokens: 1_000_000, queryDepth: 100, queryCost: 100_000_000, kindsPerQuery: 1000 }

/** The schema as a client sees it. */
export async function schemaOf({ data }: Pick<TestGateway, 'data'>): Promise<GraphQLSchema> {
  return buildClientSchema((await data(getIntrospectionQuery({ specifiedByUrl: true, inputValueDeprecation: true }))) as IntrospectionQuery)
}

export async function typedKinds({ data }: Pick<TestGateway, 'data'>): Promise<readonly TypedKind[]> {
  const { kinds } = await data('{ kinds { kind apiVersion typed typeName listFields objectFields untypedReason } }')
  const untyped = kinds.filter(({ typed }: { typed: boolean }) => !typed)
  if (untyped.length > 0) throw new Error(`Not typed: ${JSON.stringify(untyped)}`)
  return kinds
}

/**
 * Asks for all objects of a kind by every field of its type, and tells where the answer is not
 * what is in the whole objects: what differs, and what no field tells of.
 */
export async function disagreements({ data }: Pick<TestGateway, 'data'>, schema: GraphQLSchema, { typeName, listFields: [list] }: TypedKind): Promise<{ readonly objects: number; readonly found: readonly string[] }> {
  const type = schema.getType(typeName)
  if (!isObjectType(type)) throw new Error(`${typeName} is no object type.`)
  const answer = (await data(`{ ${list}(first: 5000) { nodes { ${selectionOf(type, [])} } partial { code message } } }`))[list]
  if (answer.partial.length > 0) throw new Error(JSON.stringify(answer.partial))
  const found = (answer.nodes as readonly (JsonObject & { readonly raw: JsonObject })[]).flatMap((node) => compareObjects(node, node.raw, type, []))
  return { objects: answer.nodes.length, found }
}

/** A schema that describes schemas describes itself without end. */
const maxRepeats = 2

function selectionOf(type: GraphQLObjectType, within: readonly string[]): string {
  return Object.values(type.getFields())
    .filter(({ name, args }) => args.length === 0 && !(within.length === 0 && name === 'relations'))
    .map(({ name, type: fieldType }) => {
      const named = getNamedType(fieldType)
      if (!isObjectType(named)) return name
      const inner = [...within, named.name]
      return inner.filter((one) => one === named.name).length > maxRepeats ? '' : `${name} { ${selectionOf(named, inner)} }`
    })
    .join(' ') || '__typename'
}

const commonFields = new Set(['id', 'cluster', 'raw', 'metadata', '__typename'])

function compareObjects(typed: JsonObject, raw: JsonObject, type: GraphQLObjectType, path: readonly string[]): string[] {
  const isRoot = path.length === 0
  const fields = Object.values(type.getFields()).filter(({ name, args }) => name in typed && args.length === 0 && name !== '_rest' && !(isRoot && commonFields.has(name)))
  const keys = new Map(Object.keys(raw).map((key) => [spelled(key), key]))
  const differing = fields.flatMap(({ name, type: fieldType }) => {
    const key = keys.get(name) ?? keys.get(name.replace(/_$/, ''))
    return compare(typed[name] ?? null, (key === undefined ? undefined : raw[key]) ?? null, fieldType, [...path, name])
  })
  const told = new Set(Object.values(type.getFields()).map(({ name }) => name))
  const untold = Object.keys(raw).filter((key) => !told.has(spelled(key)) && !told.has(`${spelled(key)}_`) && !(isRoot && commonFields.has(key)) && !(key in ((typed['_rest'] ?? {}) as JsonObject)))
  return [...differing, ...untold.map((key) => `${[...path, key].join('.')} has no field in ${type.name}`)]
}

function compare(typed: unknown, raw: unknown, type: GraphQLOutputType, path: readonly string[]): string[] {
  const nullable = getNullableType(type)
  if (isListType(nullable) && Array.isArray(typed) && Array.isArray(raw) && typed.length === raw.length)
    return typed.flatMap((element, i) => compare(element, raw[i], nullable.ofType, [...path, String(i)]))
  if (isObjectType(nullable) && isObject(typed) && isObject(raw)) return compareObjects(typed, raw, nullable, path)
  return isDeepStrictEqual(typed, raw) ? [] : [`${path.join('.')} is ${JSON.stringify(typed)} and in the object ${JSON.stringify(raw)}`]
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As docs/graphql.md says that fields are called. */
function spelled(key: string): string {
  return key.replace(/[^A-Za-z0-9_]/g, '_').replace(/^(?=\d)/, '_')
}
