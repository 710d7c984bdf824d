import 'reflect-metadata'
import type { GraphQLResolveInfo, GraphQLSchema } from 'graphql'
import { Arg, Field, ID, InterfaceType, ObjectType } from 'type-graphql'
import { memberOf } from '../../base/member-of.ts'
import type { Json } from '../../model/json.ts'
import type { KubeObject, ObjectMeta, OwnerReference as OwnerReferenceData } from '../../model/object.ts'
import { parsePath, readPath } from '../../model/path.ts'
import type { Row } from '../../store/query/rows.ts'
import { typedKindsOf } from '../generated/typed-kinds.ts'
import { encodeObjectId, type ObjectId } from '../object-id.ts'
import { DateTimeScalar, Int64Scalar, JsonScalar, StringMapScalar } from './scalars.ts'

@InterfaceType({ description: 'What can be found again by its id.', resolveType: typeIn })
export abstract class Node {
  /** The GraphQL type that it has in a schema. */
  abstract typeName(schema: GraphQLSchema): string

  @Field(() => ID, { description: 'Stays the same for as long as an object of this kind has this name.' })
  get id(): string {
    return encodeObjectId(this.identity())
  }

  protected abstract identity(): ObjectId
}

@ObjectType({ simpleResolvers: true, description: 'The object that another one belongs to.' })
export class OwnerReference {
  @Field(() => String) apiVersion!: string
  @Field(() => String) kind!: string
  @Field(() => String) name!: string
  @Field(() => String) uid!: string
  @Field(() => Boolean, { nullable: true, description: 'Whether it is the managing controller.' }) controller?: boolean
}

@ObjectType({ simpleResolvers: true, description: 'The metadata that all objects have.' })
export class ObjectMetadata {
  readonly #data: ObjectMeta

  constructor(data: ObjectMeta) {
    this.#data = data
  }

  @Field(() => String) get name(): string { return this.#data.name }
  @Field(() => String, { nullable: true, description: 'Null for cluster-scoped objects.' }) get namespace(): string | undefined { return this.#data.namespace }
  @Field(() => String, { nullable: true }) get uid(): string | undefined { return this.#data.uid }
  @Field(() => String, { nullable: true }) get resourceVersion(): string | undefined { return this.#data.resourceVersion }
  @Field(() => Int64Scalar, { nullable: true }) get generation(): number | undefined { return this.#data.generation }
  @Field(() => String, { nullable: true }) get generateName(): Json | undefined { return this.#data['generateName'] }
  @Field(() => DateTimeScalar, { nullable: true }) get creationTimestamp(): string | undefined { return this.#data.creationTimestamp }
  @Field(() => DateTimeScalar, { nullable: true, description: 'Set while the object is being deleted.' }) get deletionTimestamp(): string | undefined { return this.#data.deletionTimestamp }
  @Field(() => [String]) get finalizers(): Json { return this.#data['finalizers'] ?? [] }
  @Field(() => [OwnerReference]) get ownerReferences(): readonly OwnerReferenceData[] { return this.#data.ownerReferences ?? [] }
  @Field(() => StringMapScalar, { description: 'All labels, as one map.' }) get labels(): Readonly<Record<string, string>> { return this.#data.labels ?? {} }
  @Field(() => StringMapScalar, { description: 'All annotations, as one map.' }) get annotations(): Readonly<Record<string, string>> { return this.#data.annotations ?? {} }

  @Field(() => String, { nullable: true, description: 'The value of one label.' })
  label(@Arg('key', () => String) key: string): string | undefined {
    return ownText(this.#data.labels, key)
  }

  @Field(() => String, { nullable: true, description: 'The value of one annotation.' })
  annotation(@Arg('key', () => String) key: string): string | undefined {
    return ownText(this.#data.annotations, key)
  }
}

/** The fields of every object, whatever its kind. Wraps a row of an answer; the cached object itself is never changed. */
@InterfaceType({ implements: Node, description: 'An object of any kind.', resolveType: typeIn })
export abstract class KubernetesObject extends Node {
  /** The object as it is cached, and whose it is. */
  readonly row: Row

  constructor(row: Row) {
    super()
    this.row = row
  }

  get object(): KubeObject {
    return this.row.object
  }

  typeName(schema: GraphQLSchema): string {
    return typedKindsOf(schema).typeNameOf(this.row.lister.resource) ?? 'GenericObject'
  }

  @Field(() => String, { description: 'The name of the cluster that it is in.' }) get cluster(): string { return this.row.lister.cluster }
  @Field(() => String) get apiVersion(): string { return this.row.object.apiVersion }
  @Field(() => String) get kind(): string { return this.row.object.kind }
  @Field(() => ObjectMetadata) get metadata(): ObjectMetadata { return new ObjectMetadata(this.row.object.metadata) }
  @Field(() => JsonScalar, { description: 'The whole object, without managedFields.' }) get raw(): KubeObject { return this.row.object }

  @Field(() => JsonScalar, { nullable: true, description: "The value at a path: `spec.replicas`, `metadata.labels['app.kubernetes.io/name']`, `spec.containers[0].image`." })
  value(@Arg('path', () => String) path: string): Json | undefined {
    return readPath(this.row.object, parsePath(path))
  }

  protected identity(): ObjectId {
    const { lister, object } = this.row
    const { namespace = '', name } = object.metadata
    return { cluster: lister.cluster, group: lister.resource.group, kind: lister.resource.kind, namespace, name }
  }
}

@ObjectType({ simpleResolvers: true, implements: KubernetesObject, description: 'An object of a kind that has no type of its own.' })
export class GenericObject extends KubernetesObject {}

/** What an operation sees is of the schema that it began with. */
function typeIn(value: Node, _context: unknown, { schema }: GraphQLResolveInfo): string {
  return value.typeName(schema)
}

function ownText(map: Readonly<Record<string, string>> | undefined, key: string): string | undefined {
  return map === undefined ? undefined : memberOf(map, key)
}
