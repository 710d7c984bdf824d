import { GraphQLInputObjectType, GraphQLObjectType, GraphQLSchema, getNamedType, isInputObjectType, isObjectType, type GraphQLFieldConfigMap, type GraphQLNamedType, type GraphQLType } from 'graphql'
import { TimeSlice } from '../../base/time-slice.ts'
import { formatKind, type GroupKind } from '../../model/resource.ts'
import type { GraphqlContext } from '../context.ts'
import type { Relations } from '../../relations/registry.ts'
import { liveField } from '../live/live-request.ts'
import { FilterCompiler } from './compile-filter.ts'
import type { ComposedKind, Composition } from './compose.ts'
import { FilterTypes } from './filter-types.ts'
import { connectionOf, kindFields, type KindTypes } from './kind-fields.ts'
import { compareText } from './names.ts'
import { ObjectTypes } from './object-types.ts'
import { RelationTypes } from './relation-types.ts'
import { staticParts, type StaticParts } from './static-parts.ts'
import { TypedKinds, type TypedForm } from './typed-kinds.ts'

/** Nobody else waits longer than this while types are made. */
const sliceMs = 8

/** The static schema with the composed kinds in it, and the relations between them. */
export async function buildSchema(staticSchema: GraphQLSchema, composition: Composition, relations: Relations): Promise<GraphQLSchema> {
  const parts = staticParts(staticSchema)
  const slice = new TimeSlice(sliceMs)
  const free = freeNames(staticSchema, composition)
  const kinds = kindTypes(composition, relations, parts, free)
  const queryFields = { ...parts.queryFields }
  const subscriptionFields = { ...parts.subscriptionFields }
  const forms = new Map<string, TypedForm>()
  const seen = new Set<GraphQLNamedType>()

  for (const [kind, kindType] of kinds) {
    const { query, subscription } = kindFields(kind, kindType, { parts, free })
    Object.assign(queryFields, query)
    Object.assign(subscriptionFields, subscription)
    forms.set(formatKind(kind.resource), { type: kindType.object.name, listFields: named(kind.short.list, kind.names.list), objectFields: named(kind.short.object, kind.names.object) })
    await makeFields(kindType.object, slice, seen)
    await makeFields(kindType.filter, slice, seen)
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
    types: [...types.filter(({ name }) => name !== 'Query' && name !== 'Subscription'), ...[...kinds.values()].map(({ object }) => object)],
    extensions: { typedKinds: new TypedKinds(forms, composition.untyped) },
    // Checked by tests: checking thousands of types takes longer than making them.
    assumeValid: true,
  })
}

/** The types of all kinds. What they are made of is not looked at before their fields are asked for: each may lead to each. */
function kindTypes({ kinds, types }: Composition, relations: Relations, parts: StaticParts, free: (name: string) => string): ReadonlyMap<ComposedKind, KindTypes> {
  const objects = new ObjectTypes(types, parts)
  const filters = new FilterTypes(types, parts, free)
  const made = new Map<ComposedKind, KindTypes>()
  const standing = new Map<string, KindTypes>()
  const typesOf = ({ group, kind }: GroupKind) => standing.get(`${group}/${kind}`)
  const relationTypes = new RelationTypes({ relations, parts, free, typesOf })
  for (const kind of kinds) {
    const { resource, root } = kind
    const object = objects.root(root, () => relationTypes.of(resource, root.name))
    const filter = filters.root(root, () => relationTypes.filterOf(resource, root.name))
    const compiler: FilterCompiler = new FilterCompiler(root, types, (name) => {
      const end = relations.find(resource, name)
      const [target, ...others] = end?.kinds ?? []
      return end === undefined ? undefined : { compiler: target === undefined || others.length > 0 ? undefined : typesOf(target)?.compiler }
    })
    const kindType: KindTypes = { object, filter, connection: connectionOf(object, parts, free), compiler }
    made.set(kind, kindType)
    const id = `${resource.group}/${resource.kind}`
    if (resource.preferred || !standing.has(id)) standing.set(id, kindType)
  }
  return made
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
