import 'reflect-metadata'
import { GraphQLObjectType, GraphQLSchema, assertObjectType, lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { liveField } from '../live/live-request.ts'
import { ChangesResolver, tellChange } from './changes-resolver.ts'
import { GenericObject } from './kubernetes-object.ts'
import { ObjectsResolver } from './objects-resolver.ts'
import { GenericRelations, KubernetesObjectReference } from './relations.ts'
import { RelationsResolver } from './relations-resolver.ts'
import { WatchesResolver } from './watches-resolver.ts'
import { IstioResolver } from './istio-resolver.ts'
import { MessageSinksResolver } from './message-sinks-resolver.ts'
import { SinksResolver } from './sinks-resolver.ts'
import { WebhooksResolver } from './webhooks-resolver.ts'

let built: GraphQLSchema | undefined

/** The part of the schema that is the same for every cluster. Built once: the decorators' metadata is global. */
export function staticSchema(): GraphQLSchema {
  built ??= withLive(
    withPlainMembers(
      buildSchemaSync({
        resolvers: [ObjectsResolver, WatchesResolver, ChangesResolver, RelationsResolver, IstioResolver, SinksResolver, WebhooksResolver, MessageSinksResolver],
        orphanedTypes: [GenericObject, GenericRelations, KubernetesObjectReference],
        validate: false,
        pubSub: unused,
      }),
    ),
  )
  return built
}

/** Types whose fields without arguments are members of what is resolved. */
const plain = ['GenericObject', 'KubernetesObjectConnection', 'KubernetesObjectEdge', 'KubernetesObjectReference', 'ObjectMetadata', 'ObjectChange', 'RelatedObject', 'Group']

/** The executor reads members much quicker than the resolvers that the library makes for them, and lists have thousands. */
function withPlainMembers(schema: GraphQLSchema): GraphQLSchema {
  for (const name of plain)
    for (const field of Object.values(assertObjectType(schema.getType(name)).getFields())) {
      const isMember = field.args.length === 0 && !(name === 'GenericObject' && field.name === 'relations')
      if (isMember) delete field.resolve
    }
  return schema
}

/** Decorators cannot name the root types; and what the library makes of an event's resolver checks the same arguments again for each. */
function withLive(schema: GraphQLSchema): GraphQLSchema {
  const { types, ...config } = schema.toConfig()
  const [query, subscription] = [assertObjectType(config.query), assertObjectType(config.subscription)]
  const { fields, ...own } = subscription.toConfig()
  const { objects } = fields
  if (objects === undefined) throw new Error('There is no subscription to objects.')
  const withField = new GraphQLObjectType({ ...own, fields: { ...fields, objects: { ...objects, resolve: tellChange }, live: liveField(query) } })
  return new GraphQLSchema({ ...config, subscription: withField, types: types.map((type) => (type === subscription ? withField : type)) })
}

/** Subscriptions bring streams of their own; the library asks for this all the same. */
const unused = {
  publish: () => undefined,
  subscribe: () => {
    throw new Error('Subscriptions have their own streams.')
  },
}

/** The text of schema/schema.graphql. */
export function emitSchema(): string {
  return `${printSchema(lexicographicSortSchema(staticSchema()))}\n`
}
