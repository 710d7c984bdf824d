import { executeSync, getIntrospectionQuery, parse, type DocumentNode } from 'graphql'
import { describe, expect, it } from 'vitest'
import { Introspection } from '../../../src/graphql/introspection.ts'
import { staticSchema } from '../../../src/graphql/static/build-schema.ts'

const schema = staticSchema()
const ask = (text: string, variables = {}) => new Introspection().answer(schema, parse(text), undefined, variables)

describe('an operation that reads the whole schema', () => {
  it.each([
    ['a code generator', getIntrospectionQuery({ inputValueDeprecation: true, specifiedByUrl: true, schemaDescription: true, directiveIsRepeatable: true }), {}],
    ['aliases', '{ s: __schema { t: types { n: name ...F } queryType { name } } } fragment F on __Type { kind }', {}],
    ['nothing but types', '{ __schema { types { name } } }', {}],
    ['variables', 'query ($all: Boolean) { __schema { types { fields(includeDeprecated: $all) { name } } } }', { all: true }],
  ])('is answered as it always is: %s', async (_, text, variables) => {
    const document: DocumentNode = parse(text)
    expect(JSON.parse((await ask(text, variables)) ?? '')).toEqual(JSON.parse(JSON.stringify(executeSync({ schema, document, variableValues: variables }))))
  })

  it.each(['{ kinds { kind } }', '{ __schema { queryType { name } } }', '{ __schema { types { name } } kinds { kind } }', '{ __schema { ...F } } fragment F on __Schema { types { name } }', '{ __schema { types @skip(if: true) { name } } }', '{ __typename }'])(
    'is none of %s',
    (text) => expect(ask(text)).toBeUndefined(),
  )

  it('is computed once for all who ask the same, and anew for another schema', () => {
    const introspection = new Introspection()
    const answer = (text: string) => introspection.answer(schema, parse(text), undefined, {})
    const first = answer('{ __schema { types { name } } }')
    expect(answer('{ __schema { types { name } } }')).toBe(first)
    expect(answer('{ __schema { types { kind } } }')).not.toBe(first)
  })
})
