import fc from 'fast-check'
import type { Json } from '../../../src/model/json.ts'
import { value, type Path, type Predicate, type ValueTest } from '../../../src/model/predicate.ts'

/** A small vocabulary, so that random predicates and random objects often meet. */
const keys = ['a', 'b', 'app.kubernetes.io/name', 'constructor', '__proto__', 'length']
const texts = ['', 'a', 'ab', 'aB', 'B', '5', '1', '2', '10', '1Ki', '1000m', '1024', '2024-01-01T00:00:00Z', '9007199254740993']
const numbers = [0, -1, 1, 2, 10, 1.5, 1024, 9007199254740992, Number.POSITIVE_INFINITY]

export const scalars: readonly Json[] = [null, true, false, ...numbers, ...texts]
const scalar = fc.constantFrom(...scalars)

export const json: fc.Arbitrary<Json> = fc.letrec<{ json: Json }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 2, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('json'), { maxLength: 3 }) },
    // As JSON.parse makes them: `__proto__` is a member like any other.
    { weight: 2, arbitrary: fc.array(fc.tuple(fc.constantFrom('a', 'a', 'b', ...keys), tie('json')), { maxLength: 4 }).map((members) => JSON.parse(`{${members.map(([key, member]) => `${JSON.stringify(key)}:${text(member)}`).join()}}`) as Json) },
  ),
})).json

/** JSON's text with its one number that is too large for a double. */
function text(member: Json): string {
  return JSON.stringify(member, (_key, part: unknown) => (part === Number.POSITIVE_INFINITY ? '<infinity>' : part)).replaceAll('"<infinity>"', '1e999')
}

const segment = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('a', 'b') }, { weight: 2, arbitrary: fc.constantFrom(...keys) }, { weight: 2, arbitrary: fc.integer({ min: -2, max: 2 }) })
const path: fc.Arbitrary<Path> = fc.oneof(fc.constant([]), fc.tuple(segment), fc.array(segment, { maxLength: 3 }))

/** Every test there is, with every operand of the vocabulary. */
export const tests: readonly ValueTest[] = [
  ...scalars.flatMap((wanted) => [{ test: 'in' as const, values: [wanted] }, { test: 'in' as const, values: ['ab', wanted, [wanted], { a: wanted }] }]),
  ...(['gt', 'gte', 'lt', 'lte'] as const).flatMap((test) => [...texts, ...numbers].map((bound) => ({ test, value: bound }))),
  ...(['integerAbove', 'integerBelow'] as const).flatMap((test) => ['0', '5', '007', '9223372036854775807'].map((bound) => ({ test, bound }))),
  ...(['contains', 'startsWith', 'endsWith', 'icontains'] as const).flatMap((test) => texts.map((wanted) => ({ test, value: wanted }))),
  ...['a', '^a', '[0-9]+$', '^$', 'A|b'].map((pattern) => ({ test: 'matches' as const, pattern })),
  { test: 'exists' },
  ...['', 'a', '1', 'true', 'false'].flatMap((wanted) => ['', 'false'].map((absent) => ({ test: 'text' as const, value: wanted, absent }))),
]

export const predicate: fc.Arbitrary<Predicate> = fc.letrec<{ predicate: Predicate }>((tie) => ({
  predicate: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    { weight: 4, arbitrary: fc.tuple(path, fc.constantFrom(...tests)).map(([at, test]) => value(at, test)) },
    { weight: 1, arbitrary: fc.boolean().map((constant) => ({ op: 'constant' as const, value: constant })) },
    { weight: 1, arbitrary: fc.record({ op: fc.constantFrom('and' as const, 'or' as const), terms: fc.array(tie('predicate'), { maxLength: 3 }) }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('not' as const), term: tie('predicate') }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('some' as const, 'every' as const, 'none' as const), path, term: tie('predicate') }) },
  ),
})).predicate
