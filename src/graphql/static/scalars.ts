import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql'
import type { Json } from '../../model/json.ts'
import { parseQuantity } from '../../model/quantity.ts'

/** Any JSON value, in and out, as it is. */
export const JsonScalar = new GraphQLScalarType<Json>({
  name: 'JSON',
  description: 'Any JSON value.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  parseValue: (value) => value as Json,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables) as Json,
})

const integer = (value: unknown): number => {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw new GraphQLError(`An integer up to 2^53 was expected; this is ${JSON.stringify(value)}.`)
}

export const Int64Scalar = new GraphQLScalarType<number>({
  name: 'Int64',
  description: 'A whole number of up to 53 bits, as JSON carries it.',
  serialize: integer,
  parseValue: integer,
  parseLiteral: (node) => integer(node.kind === Kind.INT ? Number(node.value) : undefined),
})

/** Timestamps are passed on as they are: Kubernetes writes RFC 3339 already. */
export const DateTimeScalar = new GraphQLScalarType<string>({
  name: 'DateTime',
  description: 'A moment as RFC 3339 writes it: 2030-01-31T12:00:00Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => (typeof value === 'number' ? new Date(value).toISOString() : String(value)),
})

/** A map of texts as one value, such as labels are: `{ app: "web" }`. */
export const StringMapScalar = new GraphQLScalarType<Readonly<Record<string, string>>>({
  name: 'StringMap',
  description: 'A map of texts to texts.',
})

const textOrNumber = (value: unknown): string | number => {
  if (typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))) return value
  throw new GraphQLError(`A text or a number was expected; this is ${JSON.stringify(value)}.`)
}
const literal = (node: ValueNode): unknown => (node.kind === Kind.INT || node.kind === Kind.FLOAT ? Number(node.value) : node.kind === Kind.STRING ? node.value : undefined)

export const IntOrStringScalar = new GraphQLScalarType<string | number>({
  name: 'IntOrString',
  description: 'A whole number or a text, such as a port by its number or by its name.',
  serialize: textOrNumber,
  parseValue: textOrNumber,
  parseLiteral: (node) => textOrNumber(literal(node)),
})

const quantity = (value: unknown): string | number => {
  if ((typeof value === 'string' || typeof value === 'number') && parseQuantity(String(value)) !== undefined) return value
  throw new GraphQLError(`A quantity such as "500m", "1Gi" or 2 was expected; this is ${JSON.stringify(value)}.`)
}

/** Passed on as objects have it; it is filters that read the amount. */
export const QuantityScalar = new GraphQLScalarType<string | number>({
  name: 'Quantity',
  description: 'An amount as Kubernetes writes it: "500m", "1Gi". Compared by the amount.',
  serialize: textOrNumber,
  parseValue: quantity,
  parseLiteral: (node) => quantity(literal(node)),
})
