import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString, type GraphQLFieldConfig, type GraphQLFieldConfigMap, type GraphQLInputObjectType } from 'graphql'
import type { Predicate } from '../../model/predicate.ts'
import { formatKind, type Resource } from '../../model/resource.ts'
import type { GraphqlContext } from '../context.ts'
import { followObjects, type ChangesRequest } from '../changes/follow-objects.ts'
import { answerList, answerObject } from '../static/answers.ts'
import { tellChange, type ObjectChange } from '../static/changes-resolver.ts'
import type { KubernetesObjectConnection, KubernetesObjectEdge } from '../static/connection.ts'
import type { GenericObject } from '../static/kubernetes-object.ts'
import type { FilterCompiler, TypedFilter } from './compile-filter.ts'
import type { ComposedKind } from './compose.ts'
import type { StaticParts } from './static-parts.ts'

/** What a kind is in a schema. */
export interface KindTypes {
  readonly object: GraphQLObjectType<GenericObject, GraphqlContext>
  readonly filter: GraphQLInputObjectType
  readonly connection: GraphQLObjectType
  readonly compiler: FilterCompiler
}

type RootFields = GraphQLFieldConfigMap<unknown, GraphqlContext>

/** What there is to make fields of. */
export interface Makings {
  readonly parts: StaticParts
  /** A type name that is not taken, the wanted one if it can. */
  readonly free: (name: string) => string
}

/** The fields of Query and Subscription that answer with a kind's own types. */
export function kindFields(kind: ComposedKind, types: KindTypes, makings: Makings): { readonly query: RootFields; readonly subscription: RootFields } {
  const { resource, names, short } = kind
  const compile = ({ where }: Filtered, context: GraphqlContext) => (where === undefined || where === null ? undefined : types.compiler.compile(where, context.settings.filter))
  const lists = [names.list, short.list].filter((name) => name !== undefined)
  const objects = [names.object, short.object].filter((name) => name !== undefined)
  const under = (fieldNames: readonly string[], field: GraphQLFieldConfig<unknown, GraphqlContext>) => fieldNames.map((name) => [name, field] as const)
  return {
    query: Object.fromEntries([...under(lists, listField(resource, types, compile, makings.parts)), ...under(objects, objectField(kind, types.object))]),
    subscription: Object.fromEntries(under(lists, changesField(resource, types, compile, makings))),
  }
}

interface Filtered {
  readonly where?: TypedFilter | null
}

type Compile = (filtered: Filtered, context: GraphqlContext) => Predicate | undefined

function listField(resource: Resource, { connection, filter }: KindTypes, compile: Compile, parts: StaticParts): GraphQLFieldConfig<unknown, GraphqlContext> {
  const { group, version, kind } = resource
  return {
    type: new GraphQLNonNull(connection),
    description: `The ${kind} objects (${formatKind(resource)}), filtered, ordered and in pages.`,
    args: { ...parts.listArguments, where: { type: filter } },
    resolve: (_root, { where, ...request }: Filtered, context) => answerList(context, [{ group, version, kind }], request, compile({ where: where ?? null }, context)),
  }
}

function changesField(resource: Resource, { object, filter }: KindTypes, compile: Compile, { parts, free }: Makings): GraphQLFieldConfig<unknown, GraphqlContext> {
  const { group, version, kind } = resource
  const { object: now, oldObject, ...others } = parts.changeFields
  const change = new GraphQLObjectType<ObjectChange, GraphqlContext>({ name: free(`${object.name}Change`), fields: { ...others, object: { ...now, type: object }, oldObject: { ...oldObject, type: object } } })
  return {
    type: new GraphQLNonNull(change),
    description: `Live changes of the ${kind} objects (${formatKind(resource)}).`,
    args: { ...parts.changesArguments, where: { type: filter } },
    subscribe: async (_root, { where, ...request }: Filtered & ChangesRequest, context) => followObjects(context, [{ group, version, kind }], request, compile({ where: where ?? null }, context)),
    resolve: tellChange,
  }
}

function objectField({ resource }: ComposedKind, type: GraphQLObjectType): GraphQLFieldConfig<unknown, GraphqlContext> {
  const { group, version, kind, namespaced } = resource
  const text = { type: new GraphQLNonNull(GraphQLString) }
  return {
    type,
    description: `One ${kind} (${formatKind(resource)}) by its name; null where there is none.`,
    args: namespaced ? { namespace: text, name: text } : { name: text },
    resolve: (_root, args: { readonly namespace?: string; readonly name: string }, context) => answerObject(context, { group, version, kind }, args),
  }
}

/** The type of a kind's lists. */
export function connectionOf(object: GraphQLObjectType, parts: StaticParts, free: (name: string) => string): GraphQLObjectType<KubernetesObjectConnection, GraphqlContext> {
  const { node, ...edgeFields } = parts.edgeFields
  const { nodes, edges, ...connectionFields } = parts.connectionFields
  const edge = new GraphQLObjectType<KubernetesObjectEdge, GraphqlContext>({ name: free(`${object.name}Edge`), interfaces: parts.edgeInterfaces, fields: { ...edgeFields, node: { ...node, type: new GraphQLNonNull(object) } } })
  const list = (type: GraphQLObjectType) => new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)))
  return new GraphQLObjectType<KubernetesObjectConnection, GraphqlContext>({
    name: free(`${object.name}Connection`),
    interfaces: parts.connectionInterfaces,
    fields: { nodes: { ...nodes, type: list(object) }, edges: { ...edges, type: list(edge) }, ...connectionFields },
  })
}
