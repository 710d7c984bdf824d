import fc from 'fast-check'
import { GraphQLBoolean, GraphQLError, GraphQLInt, GraphQLInterfaceType, GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, GraphQLString, GraphQLUnionType, buildSchema, execute, parse, specifiedRules, validate, type ExecutionResult, type GraphQLFieldConfigMap } from 'graphql'
import { describe, expect, it } from 'vitest'
import { executeOperation } from '../../../../src/graphql/execution/execute.ts'

/** Values of every sort at every place: now or later, missing, wrong, many. */
const outcomes = ['value', 'null', 'throws', 'error', 'later', 'later null', 'later throws'] as const
type Outcome = (typeof outcomes)[number]

function give(outcome: Outcome, make: () => unknown): unknown {
  switch (outcome) {
    case 'value':
      return make()
    case 'null':
      return null
    case 'throws':
      throw new Error('It was thrown.')
    case 'error':
      return new GraphQLError('It was returned.', { extensions: { code: 'RETURNED' } })
    case 'later':
      return Promise.resolve(make())
    case 'later null':
      return Promise.resolve(null)
    case 'later throws':
      return Promise.reject(new Error('It came late.'))
  }
}

/** An object that says by where it stands what becomes of its fields: in whatever order they are asked. */
interface Source {
  readonly at: string
  readonly outcome: (place: string) => Outcome
  readonly call: (args: object, context: unknown) => string
}

const source = (at: string, outcome: Source['outcome']): Source => ({ at, outcome, call: (args, context) => `${JSON.stringify(args)} ${String(context)}` })
const inner = ({ at, outcome }: Source, key: string): Source => source(`${at}.${key}`, outcome)
const field = (from: Source, key: string, make: () => unknown) => give(from.outcome(`${from.at}.${key}`), make)

function testSchema(): GraphQLSchema {
  const shared = (): GraphQLFieldConfigMap<Source, unknown> => ({
    text: { type: GraphQLString, resolve: (from) => field(from, 'text', () => 'text') },
    sureText: { type: new GraphQLNonNull(GraphQLString), resolve: (from) => field(from, 'sureText', () => 'sure') },
    whole: { type: GraphQLInt, resolve: (from) => field(from, 'whole', () => 'no number') },
    echo: { type: GraphQLString, args: { n: { type: new GraphQLNonNull(GraphQLInt) }, s: { type: GraphQLString, defaultValue: 'none' } }, resolve: (_from, { n, s }: { n: number; s: string }) => `${n} ${s}` },
    node: { type: nodeType, resolve: (from) => field(from, 'node', () => inner(from, 'node')) },
    sureNode: { type: new GraphQLNonNull(nodeType), resolve: (from) => field(from, 'sureNode', () => inner(from, 'sureNode')) },
    any: { type: anyType, resolve: (from) => field(from, 'any', () => inner(from, 'any')) },
    one: { type: unionType, resolve: (from) => field(from, 'one', () => inner(from, 'one')) },
    list: { type: new GraphQLList(nodeType), resolve: (from) => field(from, 'list', () => [inner(from, 'list0'), null, Promise.resolve(inner(from, 'list2'))]) },
    anys: { type: new GraphQLList(anyType), resolve: (from) => field(from, 'anys', () => [inner(from, 'anys0'), inner(from, 'anys1')]) },
    sureList: { type: new GraphQLList(new GraphQLNonNull(GraphQLString)), resolve: (from) => field(from, 'sureList', () => ['a', from.outcome(`${from.at}.sure`) === 'null' ? null : 'b']) },
    lateList: { type: new GraphQLNonNull(new GraphQLList(GraphQLString)), resolve: (from) => field(from, 'lateList', () => new Set(['a', Promise.resolve('b'), Promise.reject(new Error('c'))])) },
    notList: { type: new GraphQLList(GraphQLString), resolve: () => 'text' },
    call: { type: GraphQLString },
  })
  const anyType: GraphQLInterfaceType = new GraphQLInterfaceType({ name: 'Any', fields: shared, resolveType: (from: Source) => field(from, 'type', () => 'Leaf') as string })
  const nodeType: GraphQLObjectType<Source> = new GraphQLObjectType({ name: 'Node', interfaces: [anyType], fields: shared })
  const leafType: GraphQLObjectType<Source> = new GraphQLObjectType({ name: 'Leaf', interfaces: [anyType], fields: () => ({ ...shared(), own: { type: GraphQLBoolean, resolve: () => true } }), isTypeOf: () => true })
  const unionType: GraphQLUnionType = new GraphQLUnionType({ name: 'Union', types: [nodeType, leafType], resolveType: () => 'Node' })
  return new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields: shared }), types: [leafType] })
}

const schema = testSchema()

const leaves = ['text', 'sureText', 'whole', 'notList', 'lateList', 'sureList', 'call', '__typename', 'echo(n: 1)', 'echo(n: $n, s: $s)', 'alias: text', 'alias: text @include(if: $yes)', 'text @skip(if: $yes)', 'text @include(if: false)']
const branches = ['node', 'sureNode', 'any', 'one', 'list', 'anys', 'other: node', 'node @skip(if: false)']

const selection = fc.letrec<{ selection: string; field: string }>((tie) => ({
  field: fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...leaves) },
    { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...branches), tie('selection')).map(([name, inner]) => `${name} ${inner}`) },
    { weight: 1, arbitrary: tie('selection').map((inner) => `... on Leaf ${inner}`) },
    { weight: 1, arbitrary: tie('selection').map((inner) => `... on Any @include(if: $yes) ${inner}`) },
    { weight: 1, arbitrary: tie('selection').map((inner) => `... ${inner}`) },
    { weight: 1, arbitrary: fc.constant('...F') },
  ),
  selection: fc.array(tie('field'), { minLength: 1, maxLength: 4, depthIdentifier: 'depth' }).map((fields) => `{ ${fields.join(' ')} }`),
}))

/**
 * What an answer says of failures: where data was lost, and why where it was lost at the very
 * place. What failed below a place that was lost anyway depends on who was first.
 */
function losses({ data, errors = [] }: ExecutionResult): readonly string[] {
  const found = errors.map(({ message, path = [], locations, extensions }) => {
    let at: unknown = data
    const kept = path.findIndex((key) => {
      if (at === null || at === undefined) return true
      at = (at as Record<string | number, unknown>)[key]
      return false
    })
    const whole = kept === -1
    return JSON.stringify({ path: whole ? path : path.slice(0, kept), ...(whole ? { message: message.replace(/^Abstract type .*/, 'A defect of the schema.'), locations, extensions } : {}) })
  })
  return [...new Set(found)].toSorted()
}

describe('the executor', () => {
  it('answers as graphql-js does, whatever is asked and whatever fails, now or later', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(selection.selection, fc.array(fc.constantFrom<Outcome>('value', 'value', 'value', 'later', ...outcomes), { minLength: 1, maxLength: 30 }), fc.boolean(), async (selected, turns, yes) => {
        const document = parse(`query Q($n: Int = 3, $s: String, $yes: Boolean!) ${selected} fragment F on Any { sureText other: node { echo(n: 2) } }`)
        if (validate(schema, document, specifiedRules.filter(({ name }) => !name.startsWith('NoUnused'))).length > 0) return
        compared += 1
        const outcome = (place: string) => turns[Buffer.from(place).reduce((sum, byte) => (sum * 31 + byte) % 1_000_003, 7) % turns.length] as Outcome
        const given = { schema, document, variableValues: { n: null, yes }, rootValue: source('', outcome), contextValue: 'context' }
        const [expected, actual] = [await execute(given), await executeOperation(given)]
        expect(JSON.stringify(actual.data)).toBe(JSON.stringify(expected.data))
        expect(losses(actual)).toEqual(losses(expected))
      }),
      { numRuns: 3000 },
    )
    expect(compared).toBeGreaterThan(500)
  })

  it.each([
    ['{ a: __typename __schema { queryType { name } } __type(name: "Any") { possibleTypes { name } } }', {}],
    ['query ($n: Int!) { echo(n: $n) }', {}],
    ['query ($n: Int!) { echo(n: $n) }', { n: 'x' }],
    ['{ __proto__: __typename node { __proto__: text } }', {}],
    ['query A { text } query B { alias: text }', {}],
  ])('%s with %j', async (query, variableValues) => {
    const document = parse(query)
    const operationName = query.startsWith('query A') ? 'B' : undefined
    const given = { schema, document, variableValues, operationName, rootValue: source('', () => 'value'), contextValue: undefined }
    const expected = await execute({ ...given, operationName: operationName ?? null })
    const actual = await executeOperation(given)
    expect(JSON.stringify(actual.data)).toBe(JSON.stringify(expected.data))
    expect(actual.errors).toEqual(expected.errors)
  })

  it('leaves mutations, whose fields wait for each other, to graphql-js', async () => {
    const order: string[] = []
    const mutable = buildSchema('type Query { a: Int } type Mutation { slow: Int quick: Int }')
    const rootValue = {
      slow: async () => {
        await new Promise((resolve) => setTimeout(resolve, 5))
        order.push('slow')
        return 1
      },
      quick: () => order.push('quick'),
    }
    await executeOperation({ schema: mutable, document: parse('mutation { slow quick }'), rootValue, contextValue: undefined })
    expect(order).toEqual(['slow', 'quick'])
  })
})
