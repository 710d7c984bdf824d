import type { Json } from '../../model/json.ts'
import { compileFrom, compileOperators, invalidFilter, ofLimitedSize, type FilterLimits, type PathFilterInput, type ValueOperators } from '../../model/path-filter.ts'
import { and, everything, not, or, value, type Path, type Predicate } from '../../model/predicate.ts'
import type { FieldDescription, ObjectDescription, TypeReference } from './description.ts'
import { filterNames, filterableFields } from './filter-types.ts'

/** A typed `where` as GraphQL coerced it: each member is one of the filter's fields. */
export type TypedFilter = Readonly<Record<string, unknown>>

/** A relation as filters of a kind know it. */
export interface FilterRelation {
  /** Of the kind that it leads to; absent where that has no types, so that filters of it are by paths. */
  readonly compiler: FilterCompiler | undefined
}

/** Compiles typed filters of one kind to the predicates that everything compiles to. */
export class FilterCompiler {
  readonly #root: ObjectDescription
  readonly #types: ReadonlyMap<string, ObjectDescription>
  readonly #relation: (name: string) => FilterRelation | undefined
  readonly #names = new Map<string, ReadonlyMap<string, FieldDescription>>()

  constructor(root: ObjectDescription, types: ReadonlyMap<string, ObjectDescription>, relation: (name: string) => FilterRelation | undefined = () => undefined) {
    this.#root = root
    this.#types = types
    this.#relation = relation
  }

  /** Throws INVALID_FILTER or INVALID_PATH, naming where in the filter. */
  compile(filter: TypedFilter, limits: FilterLimits): Predicate {
    return ofLimitedSize(this.compileWithin(filter, 'where', limits.maxDepth), limits)
  }

  /** The same inside another filter. */
  compileWithin(filter: TypedFilter, where: string, depth: number): Predicate {
    return this.#object(filter, this.#fieldsOf(this.#root.name), [], where, depth)
  }

  #object(filter: TypedFilter, fields: ReadonlyMap<string, FieldDescription>, path: Path, where: string, depth: number): Predicate {
    if (depth <= 0) throw invalidFilter(where, 'filters are nested too deeply')
    const within = (inner: unknown, place: string) => this.#object(inner as TypedFilter, fields, path, `${where}.${place}`, depth - 1)
    const all = (inners: unknown, place: string) => (inners as readonly unknown[]).map((inner, i) => within(inner, `${place}[${i}]`))
    const terms = Object.entries(filter).map(([name, given]): Predicate => {
      if (given === null || given === undefined) return and([])
      if (name === 'and') return and(all(given, 'and'))
      if (name === 'or') return or(all(given, 'or'))
      if (name === 'not') return not(within(given, 'not'))
      if (name === 'exists') return and(compileOperators({ exists: given === true }, path, where))
      const field = fields.get(name)
      if (field === undefined && name === 'relations') return this.#relations(given as Readonly<Record<string, RelationFilter | null>>, `${where}.relations`, depth - 1)
      if (field === undefined) return compileFrom(given, path, `${where}.${name}`, depth - 1, false)
      return this.#field(field.type, given, [...path, field.key], `${where}.${name}`, depth)
    })
    return and(terms)
  }

  #field({ of, lists = 0 }: TypeReference, given: unknown, path: Path, where: string, depth: number): Predicate {
    const isObject = this.#types.has(of)
    if (lists > 1 || of === 'JSON' || (lists === 1 && of === 'StringMap')) return compileFrom(given as PathFilterInput, path, where, depth - 1, false)
    if (lists === 1) return this.#list(of, given as ListFilter, path, where, depth - 1)
    if (isObject) return this.#object(given as TypedFilter, this.#fieldsOf(of), path, where, depth)
    if (of !== 'StringMap') return scalar(of, given as ValueOperators, path, where)
    const { key, ...operators } = given as ValueOperators & { readonly key: string }
    return scalar('String', operators, [...path, key], where)
  }

  #list(of: string, given: ListFilter, path: Path, where: string, depth: number): Predicate {
    if (depth <= 0) throw invalidFilter(where, 'filters are nested too deeply')
    const { some, every, none, ...operators } = given
    const quantified = Object.entries({ some, every, none }).flatMap(([op, inner]): Predicate[] => {
      if (inner === undefined || inner === null) return []
      const place = `${where}.${op}`
      const term = this.#types.has(of) ? this.#object(inner as TypedFilter, this.#fieldsOf(of), [], place, depth) : scalar(of, inner, [], place)
      return [{ op: op as 'some' | 'every' | 'none', path, term }]
    })
    return and([...compileOperators(operators, path, where), ...quantified])
  }

  #relations(given: Readonly<Record<string, RelationFilter | null>>, where: string, depth: number): Predicate {
    return and(
      Object.entries(given).flatMap(([name, filter]): Predicate[] => {
        const relation = this.#relation(name)
        if (relation === undefined || filter === null) return []
        const place = `${where}.${name}`
        const within = (inner: TypedFilter, op: string) => (relation.compiler === undefined ? compileFrom(inner, [], `${place}.${op}`, depth - 1) : relation.compiler.compileWithin(inner, `${place}.${op}`, depth - 1))
        const { some = filter.is, none = filter.isNot, every, exists } = filter
        const quantified = Object.entries({ some, every, none }).flatMap(([op, inner]): Predicate[] =>
          inner === undefined || inner === null ? [] : [{ op: 'related', relation: name, quantifier: op as 'some' | 'every' | 'none', term: within(inner, op) }],
        )
        return exists === undefined || exists === null ? quantified : [...quantified, { op: 'related', relation: name, quantifier: exists ? 'some' : 'none', term: everything }]
      }),
    )
  }

  #fieldsOf(name: string): ReadonlyMap<string, FieldDescription> {
    let names = this.#names.get(name)
    if (names === undefined) {
      names = filterNames(name === this.#root.name ? filterableFields(this.#root) : (this.#types.get(name)?.fields ?? []))
      this.#names.set(name, names)
    }
    return names
  }
}

/** Of relations that lead to several objects the first three, of others the rest. */
interface RelationFilter {
  readonly some?: TypedFilter | null
  readonly every?: TypedFilter | null
  readonly none?: TypedFilter | null
  readonly is?: TypedFilter | null
  readonly isNot?: TypedFilter | null
  readonly exists?: boolean | null
}

interface ListFilter extends ValueOperators {
  readonly some?: ValueOperators | TypedFilter | null
  readonly every?: ValueOperators | TypedFilter | null
  readonly none?: ValueOperators | TypedFilter | null
}

function scalar(name: string, operators: ValueOperators, path: Path, where: string): Predicate {
  if (name !== 'Quantity') return and(compileOperators(operators, path, where))
  // Equal amounts may be written differently.
  const { eq, ne, in: among, notIn, ...others } = operators
  const same = (amount: Json) => (amount === null ? value(path, { test: 'in', values: [null] }) : and(compileOperators({ gte: amount, lte: amount }, path, where)))
  return and([
    ...compileOperators(others, path, where),
    ...(eq === undefined ? [] : [same(eq)]),
    ...(ne === undefined ? [] : [not(same(ne))]),
    ...(among === undefined || among === null ? [] : [or(among.map(same))]),
    ...(notIn === undefined || notIn === null ? [] : [not(or(notIn.map(same)))]),
  ])
}
