import { GraphQLBoolean, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, type GraphQLInputFieldConfigMap } from 'graphql'
import type { FieldDescription, ObjectDescription, TypeReference } from './description.ts'
import { ScalarFilters, quantifiers } from './filter-operators.ts'
import { objectMeta } from './object-meta.ts'
import type { StaticParts } from './static-parts.ts'

/** Names that a filter has for itself; fields by these names end in `_`. */
const combinators = ['and', 'or', 'not', 'exists'] as const

/** What whole objects are filtered by: their kind's fields, and the metadata that definitions do not spell out. */
export function filterableFields({ fields }: ObjectDescription): readonly FieldDescription[] {
  return [{ key: 'metadata', name: 'metadata', type: { of: objectMeta.name } }, ...fields]
}

/** The names of fields in a filter. */
export function filterNames(fields: readonly FieldDescription[]): ReadonlyMap<string, FieldDescription> {
  const names = new Map<string, FieldDescription>()
  const taken = new Set<string>([...combinators, ...fields.map(({ name }) => name)])
  for (const field of fields) {
    let { name } = field
    if ((combinators as readonly string[]).includes(name)) while (taken.has(name)) name += '_'
    taken.add(name)
    names.set(name, field)
  }
  return names
}

/** The input types of descriptions. */
export class FilterTypes {
  readonly #descriptions: ReadonlyMap<string, ObjectDescription>
  readonly #parts: StaticParts
  readonly #free: (name: string) => string
  readonly #scalars: ScalarFilters
  readonly #objects = new Map<string, GraphQLInputObjectType>()
  readonly #lists = new Map<string, GraphQLInputObjectType>()

  /** `free` gives a type name that is not taken, the wanted one if it can. */
  constructor(descriptions: ReadonlyMap<string, ObjectDescription>, parts: StaticParts, free: (name: string) => string) {
    this.#descriptions = descriptions
    this.#parts = parts
    this.#free = free
    this.#scalars = new ScalarFilters(parts.scalars)
  }

  /** The `where` of a kind's lists; what it can ask of the relations is not known before its fields are asked for. */
  root(description: ObjectDescription, relations: () => GraphQLInputObjectType): GraphQLInputObjectType {
    return this.#make(description.name, filterableFields(description), description.open === true, false, () => ({ relations: { type: relations() } }))
  }

  #nested(name: string): GraphQLInputObjectType | undefined {
    const description = this.#descriptions.get(name)
    if (description === undefined) return undefined
    let filter = this.#objects.get(name)
    if (filter === undefined) {
      filter = this.#make(name, description.fields, description.open === true, true)
      this.#objects.set(name, filter)
    }
    return filter
  }

  #make(name: string, fields: readonly FieldDescription[], open: boolean, mayBeMissing: boolean, more: () => GraphQLInputFieldConfigMap = () => ({})): GraphQLInputObjectType {
    const filter: GraphQLInputObjectType = new GraphQLInputObjectType({
      name: this.#free(`${name}Filter`),
      fields: (): GraphQLInputFieldConfigMap => {
        const several = new GraphQLList(new GraphQLNonNull(filter))
        return {
          ...Object.fromEntries([...filterNames(fields)].map(([fieldName, { type }]) => [fieldName, { type: this.#filterOf(type) }])),
          ...(open ? { _rest: { type: this.#parts.pathFilter, description: 'For what has no field; paths begin at this object.' } } : {}),
          ...(mayBeMissing ? { exists: { type: GraphQLBoolean } } : {}),
          ...more(),
          and: { type: several },
          or: { type: several },
          not: { type: filter },
        }
      },
    })
    return filter
  }

  #filterOf({ of, lists = 0 }: TypeReference): GraphQLInputObjectType {
    if (lists > 1) return this.#parts.pathFilter
    const filter = this.#scalars.of(of, lists === 1)
    if (filter !== undefined) return filter
    const nested = this.#nested(of)
    if (nested === undefined) return this.#parts.pathFilter
    return lists === 0 ? nested : this.#list(of, nested)
  }

  #list(of: string, element: GraphQLInputObjectType): GraphQLInputObjectType {
    let filter = this.#lists.get(of)
    if (filter === undefined) {
      filter = new GraphQLInputObjectType({ name: this.#free(`${of}ListFilter`), fields: quantifiers(element) })
      this.#lists.set(of, filter)
    }
    return filter
  }
}
