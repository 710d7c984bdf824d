import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql'
import type { Json } from '../../model/json.ts'

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
