import { GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, getNamedType, isInputObjectType, isObjectType, type GraphQLFieldConfigMap, type GraphQLNamedType, type GraphQLType } from 'graphql'
import { TimeSlice } from '../../base/time-slice.ts'
import { formatKind } from '../../model/resource.ts'
import type { GraphqlContext } from '../context.ts'
import { liveField } from '../live/live-request.ts'
import type { Composition } from './compose.ts'
import { FilterTypes } from './filter-types.ts'
import { kindFields } from './kind-fields.ts'
import { compareText } from './names.ts'
import { ObjectTypes } from './object-types.ts'
import { staticParts } from './static-parts.ts'
import { TypedKinds, type TypedForm } from './typed-kinds.ts'

/** Nobody else waits longer than this while types are made. */
const sliceMs = 8

/** The static schema with the composed kinds in it. */
export async function buildSchema(staticSchema: GraphQLSchema, composition: Composition): Promise<GraphQLSchema> {
  const parts = staticParts(staticSchema)
  const slice = new TimeSlice(sliceMs)
  const free = freeNames(staticSchema, composition)
  const objects = new ObjectTypes(composition.types, parts)
  const filters = new FilterTypes(composition.types, parts, free)
  const roots: GraphQLObjectType[] = []
  const queryFields = { ...parts.queryFields }
  const subscriptionFields = { ...parts.subscriptionFields }
  const forms = new Map<string, TypedForm>()
  const seen = new Set<GraphQLNamedType>()

  for (const kind of composition.kinds) {
    const object = objects.root(kind.root)
    const filter = filters.root(kind.root)
    roots.push(object)
    const { query, subscription } = kindFields(kind, { object, filter }, { parts, descriptions: composition.types, free })
    Object.assign(queryFields, query)
    Object.assign(subscriptionFields, subscription)
    forms.set(formatKind(kind.resource), { type: object.name, listFields: named(kind.short.list, kind.names.list), objectFields: named(kind.short.object, kind.names.object) })
    await makeFields(object, slice, seen)
    await makeFields(filter, slice, seen)
  }

  const { types, query: _query, subscription: _subscription, ...config } = staticSchema.toConfig()
  const query = rootType('Query', queryFields)
  const subscription = rootType('Subscription', { ...subscriptionFields, live: liveField(query) })
  for (const type of [query, subscription]) {
    type.getFields()
    await slice.giveWay()
  }
  return new GraphQLSchema({
    ...config,
    query,
    subscription,
    types: [...types.filter(({ name }) => name !== 'Query' && name !== 'Subscription'), ...roots],
    extensions: { typedKinds: new TypedKinds(forms, composition.untyped) },
    // Checked by tests: checking thousands of types takes longer than making them.
    assumeValid: true,
  })
}

function rootType(name: string, fields: GraphQLFieldConfigMap<unknown, GraphqlContext>): GraphQLObjectType {
  return new GraphQLObjectType({ name, fields: Object.fromEntries(Object.entries(fields).toSorted(([a], [b]) => compareText(a, b))) })
}

function named(...names: readonly (string | undefined)[]): readonly string[] {
  return names.filter((name) => name !== undefined)
}

/** Type names that nothing else has: wanted ones end in `_` where they are taken. */
function freeNames(staticSchema: GraphQLSchema, { kinds, types }: Composition): (name: string) => string {
  const taken = new Set([...Object.keys(staticSchema.getTypeMap()), ...types.keys(), ...kinds.map(({ root }) => root.name)])
  return (wanted) => {
    let name = wanted
    while (taken.has(name)) name += '_'
    taken.add(name)
    return name
  }
}

/** Makes the fields of a type and of everything that it leads to: the schema would do so in one go. */
async function makeFields(start: GraphQLObjectType | GraphQLInputObjectType, slice: TimeSlice, seen: Set<GraphQLNamedType>): Promise<void> {
  const pending: GraphQLNamedType[] = [start]
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (seen.has(type) || !(isObjectType(type) || isInputObjectType(type))) continue
    seen.add(type)
    for (const field of Object.values<{ readonly type: GraphQLType }>(type.getFields())) pending.push(getNamedType(field.type))
    await slice.giveWay()
  }
}
