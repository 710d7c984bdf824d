import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString, type GraphQLFieldConfig, type GraphQLFieldConfigMap, type GraphQLInputObjectType } from 'graphql'
import { formatKind } from '../../model/resource.ts'
import type { GraphqlContext } from '../context.ts'
import { answerList, answerObject } from '../static/answers.ts'
import type { KubernetesObjectConnection, KubernetesObjectEdge } from '../static/connection.ts'
import { FilterCompiler, type TypedFilter } from './compile-filter.ts'
import type { ComposedKind } from './compose.ts'
import type { ObjectDescription } from './description.ts'
import type { StaticParts } from './static-parts.ts'

export interface KindTypes {
  readonly object: GraphQLObjectType
  readonly filter: GraphQLInputObjectType
}

type QueryFields = GraphQLFieldConfigMap<unknown, GraphqlContext>

/** The fields of Query that answer with a kind's own types. */
export function kindFields(kind: ComposedKind, types: KindTypes, parts: StaticParts, descriptions: ReadonlyMap<string, ObjectDescription>, free: (name: string) => string): QueryFields {
  const list = listField(kind, connectionOf(types.object, parts, free), types.filter, parts, descriptions)
  const object = objectField(kind, types.object)
  return Object.fromEntries([kind.names, kind.short].flatMap((names) => [...(names.list === undefined ? [] : [[names.list, list] as const]), ...(names.object === undefined ? [] : [[names.object, object] as const])]))
}

function listField({ resource, root }: ComposedKind, connection: GraphQLObjectType, filter: GraphQLInputObjectType, parts: StaticParts, descriptions: ReadonlyMap<string, ObjectDescription>): GraphQLFieldConfig<unknown, GraphqlContext> {
  const { group, version, kind } = resource
  const compiler = new FilterCompiler(root, descriptions)
  return {
    type: new GraphQLNonNull(connection),
    description: `The ${kind} objects (${formatKind(resource)}), filtered, ordered and in pages.`,
    args: { ...parts.listArguments, where: { type: filter } },
    resolve: (_root, args: Record<string, unknown>, context) => {
      const { where, ...request } = args as { readonly where?: TypedFilter | null }
      const also = where === undefined || where === null ? undefined : compiler.compile(where, context.settings.filter)
      return answerList(context, [{ group, version, kind }], request, also)
    },
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

function connectionOf(object: GraphQLObjectType, parts: StaticParts, free: (name: string) => string): GraphQLObjectType<KubernetesObjectConnection, GraphqlContext> {
  const { node, ...edgeFields } = parts.edgeFields
  const { nodes, edges, ...connectionFields } = parts.connectionFields
  const edge = new GraphQLObjectType<KubernetesObjectEdge, GraphqlContext>({ name: free(`${object.name}Edge`), fields: { ...edgeFields, node: { ...node, type: new GraphQLNonNull(object) } } })
  const list = (type: GraphQLObjectType) => new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)))
  return new GraphQLObjectType<KubernetesObjectConnection, GraphqlContext>({
    name: free(`${object.name}Connection`),
    fields: { nodes: { ...nodes, type: list(object) }, edges: { ...edges, type: list(edge) }, ...connectionFields },
  })
}
