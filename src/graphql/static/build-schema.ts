import 'reflect-metadata'
import { GraphQLObjectType, GraphQLSchema, assertObjectType, lexicographicSortSchema, printSchema } from 'graphql'
import { buildSchemaSync } from 'type-graphql'
import { liveField } from '../live/live-request.ts'
import { ChangesResolver } from './changes-resolver.ts'
import { GenericObject } from './kubernetes-object.ts'
import { ObjectsResolver } from './objects-resolver.ts'
import { WatchesResolver } from './watches-resolver.ts'

let built: GraphQLSchema | undefined

/** The part of the schema that is the same for every cluster. Built once: the decorators' metadata is global. */
export function staticSchema(): GraphQLSchema {
  built ??= withLive(
    buildSchemaSync({
      resolvers: [ObjectsResolver, WatchesResolver, ChangesResolver],
      orphanedTypes: [GenericObject],
      validate: false,
      pubSub: unused,
    }),
  )
  return built
}

/** Decorators cannot name the root types. */
function withLive(schema: GraphQLSchema): GraphQLSchema {
  const { types, ...config } = schema.toConfig()
  const [query, subscription] = [assertObjectType(config.query), assertObjectType(config.subscription)]
  const { fields, ...own } = subscription.toConfig()
  const withField = new GraphQLObjectType({ ...own, fields: { ...fields, live: liveField(query) } })
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
