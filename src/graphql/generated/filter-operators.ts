import { GraphQLBoolean, GraphQLInputObjectType, GraphQLList, GraphQLNonNull, GraphQLString, type GraphQLInputFieldConfigMap, type GraphQLScalarType } from 'graphql'

const orders = ['gt', 'gte', 'lt', 'lte'] as const
const texts = ['contains', 'startsWith', 'endsWith', 'icontains', 'matches'] as const
const ordered: ReadonlySet<string> = new Set(['String', 'Int', 'Int64', 'Float', 'DateTime', 'Quantity', 'IntOrString'])

/** The inputs that test one value of a scalar, or the values of a list: the same for all kinds. */
export class ScalarFilters {
  readonly #scalars: ReadonlyMap<string, GraphQLScalarType>
  readonly #values = new Map<string, GraphQLInputObjectType>()
  readonly #lists = new Map<string, GraphQLInputObjectType>()

  constructor(scalars: ReadonlyMap<string, GraphQLScalarType>) {
    this.#scalars = scalars
  }

  /** Undefined for what is no plain value. */
  of(name: string, isList: boolean): GraphQLInputObjectType | undefined {
    const scalar = this.#scalars.get(name)
    if (scalar === undefined || name === 'JSON' || (isList && name === 'StringMap')) return undefined
    return isList ? this.#list(scalar) : this.#value(scalar)
  }

  #value(scalar: GraphQLScalarType): GraphQLInputObjectType {
    let filter = this.#values.get(scalar.name)
    if (filter === undefined) {
      filter = new GraphQLInputObjectType(scalar.name === 'StringMap' ? mapFilter : { name: `${scalar.name}Filter`, fields: operators(scalar) })
      this.#values.set(scalar.name, filter)
    }
    return filter
  }

  #list(scalar: GraphQLScalarType): GraphQLInputObjectType {
    let filter = this.#lists.get(scalar.name)
    if (filter === undefined) {
      const element = this.#value(scalar)
      const fields = scalar === GraphQLString ? { contains: { type: scalar, description: 'Is a member of the list.' }, ...quantifiers(element) } : quantifiers(element)
      filter = new GraphQLInputObjectType({ name: `${scalar.name}ListFilter`, fields })
      this.#lists.set(scalar.name, filter)
    }
    return filter
  }
}

/** What lists have, whatever is in them. */
export function quantifiers(element: GraphQLInputObjectType): GraphQLInputFieldConfigMap {
  return {
    some: { type: element, description: 'Holds for at least one element.' },
    every: { type: element, description: 'Holds for all elements, also of an empty list.' },
    none: { type: element, description: 'Holds for no element.' },
    exists: { type: GraphQLBoolean },
  }
}

function operators(scalar: GraphQLScalarType): GraphQLInputFieldConfigMap {
  const several = new GraphQLList(new GraphQLNonNull(scalar))
  const equality = { eq: { type: scalar }, ne: { type: scalar, description: 'Holds for missing values.' } }
  const membership = { in: { type: several }, notIn: { type: several, description: 'Holds for missing values.' } }
  return {
    ...equality,
    ...(scalar === GraphQLBoolean ? {} : membership),
    ...(ordered.has(scalar.name) ? Object.fromEntries(orders.map((order) => [order, { type: scalar }])) : {}),
    ...(scalar === GraphQLString ? textOperators : {}),
    exists: { type: GraphQLBoolean },
  }
}

const textOperators: GraphQLInputFieldConfigMap = Object.fromEntries(texts.map((operator) => [operator, { type: GraphQLString }]))

const mapFilter = {
  name: 'StringMapFilter',
  description: 'Tests the value of one key of the map.',
  fields: { key: { type: new GraphQLNonNull(GraphQLString) }, ...operators(GraphQLString) },
}
