import { GraphQLBoolean, GraphQLFloat, GraphQLInt, GraphQLString, assertInputObjectType, assertInterfaceType, assertObjectType, type GraphQLFieldConfig, type GraphQLFieldConfigArgumentMap, type GraphQLFieldConfigMap, type GraphQLInputObjectType, type GraphQLInterfaceType, type GraphQLObjectType, type GraphQLScalarType, type GraphQLSchema } from 'graphql'
import type { GraphqlContext } from '../context.ts'
import type { ObjectChange } from '../static/changes-resolver.ts'
import type { KubernetesObjectConnection, KubernetesObjectEdge } from '../static/connection.ts'
import type { GenericObject } from '../static/kubernetes-object.ts'
import type { ObjectReference, ObjectRelations } from '../static/relations.ts'
import { DateTimeScalar, Int64Scalar, IntOrStringScalar, JsonScalar, QuantityScalar, StringMapScalar } from '../static/scalars.ts'

type Fields<Source> = GraphQLFieldConfigMap<Source, GraphqlContext>

/** What generated types take from the static schema, by name, so that both are served as one. */
export interface StaticParts {
  readonly schema: GraphQLSchema
  readonly scalars: ReadonlyMap<string, GraphQLScalarType>
  readonly json: GraphQLScalarType
  /** What all objects have, whatever their kind. */
  readonly objectInterfaces: readonly GraphQLInterfaceType[]
  readonly objectFields: Fields<GenericObject>
  readonly relationInterfaces: readonly GraphQLInterfaceType[]
  /** The relations that all objects have. */
  readonly relationFields: Fields<ObjectRelations>
  readonly referenceInterfaces: readonly GraphQLInterfaceType[]
  readonly referenceFields: Fields<ObjectReference>
  readonly reference: GraphQLObjectType
  readonly connection: GraphQLObjectType
  readonly connectionInterfaces: readonly GraphQLInterfaceType[]
  readonly edgeInterfaces: readonly GraphQLInterfaceType[]
  readonly connectionFields: Fields<KubernetesObjectConnection>
  readonly edgeFields: Fields<KubernetesObjectEdge>
  readonly queryFields: Fields<unknown>
  /** The arguments of every list, beside the kinds and `where`. */
  readonly listArguments: GraphQLFieldConfigArgumentMap
  readonly subscriptionFields: Fields<unknown>
  readonly changeFields: Fields<ObjectChange>
  /** The arguments of every subscription to objects, beside the same. */
  readonly changesArguments: GraphQLFieldConfigArgumentMap
  readonly pathFilter: GraphQLInputObjectType
}

export function staticParts(schema: GraphQLSchema): StaticParts {
  const fieldsOf = (name: string): Fields<any> => assertObjectType(schema.getType(name)).toConfig().fields // oxlint-disable-line typescript/no-explicit-any -- each is cast to its source below
  const interfaces = (...names: readonly string[]) => names.map((name) => assertInterfaceType(schema.getType(name)))
  const queryFields = fieldsOf('Query')
  const subscriptionFields = fieldsOf('Subscription')
  const ofAnyKind = (field: GraphQLFieldConfig<unknown, GraphqlContext> | undefined) => {
    const { kinds: _kinds, where: _where, ...args } = field?.args ?? {}
    return args
  }
  return {
    schema,
    scalars: new Map([GraphQLString, GraphQLBoolean, GraphQLInt, GraphQLFloat, Int64Scalar, DateTimeScalar, QuantityScalar, IntOrStringScalar, StringMapScalar, JsonScalar].map((scalar) => [scalar.name, scalar])),
    json: JsonScalar,
    objectInterfaces: interfaces('KubernetesObject', 'Node'),
    objectFields: fieldsOf('GenericObject'),
    relationInterfaces: interfaces('ObjectRelations'),
    relationFields: fieldsOf('GenericRelations'),
    referenceInterfaces: interfaces('ObjectReference'),
    referenceFields: fieldsOf('KubernetesObjectReference'),
    reference: assertObjectType(schema.getType('KubernetesObjectReference')),
    connection: assertObjectType(schema.getType('KubernetesObjectConnection')),
    connectionInterfaces: interfaces('ObjectConnection'),
    edgeInterfaces: interfaces('ObjectEdge'),
    connectionFields: fieldsOf('KubernetesObjectConnection'),
    edgeFields: fieldsOf('KubernetesObjectEdge'),
    queryFields,
    listArguments: ofAnyKind(queryFields['objects']),
    subscriptionFields,
    changeFields: fieldsOf('ObjectChange'),
    changesArguments: ofAnyKind(subscriptionFields['objects']),
    pathFilter: assertInputObjectType(schema.getType('PathFilter')),
  }
}
