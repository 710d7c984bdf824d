import { GraphQLList, GraphQLNonNull, GraphQLObjectType, GraphQLString, type GraphQLFieldConfig, type GraphQLFieldConfigMap, type GraphQLFieldResolver, type GraphQLOutputType } from 'graphql'
import type { Json, JsonObject } from '../../model/json.ts'
import type { GraphqlContext } from '../context.ts'
import type { FieldDescription, ObjectDescription, TypeReference } from './description.ts'
import { objectMeta } from './object-meta.ts'
import type { StaticParts } from './static-parts.ts'
import { JsonScalar } from '../static/scalars.ts'
import type { GenericObject } from '../static/kubernetes-object.ts'
import { GenericRelations } from '../static/relations.ts'

type Fields<Source> = GraphQLFieldConfigMap<Source, GraphqlContext>
type Resolver<Source> = GraphQLFieldResolver<Source, GraphqlContext>

/** The output types of descriptions. Each is made once; its fields not before somebody asks for them. */
export class ObjectTypes {
  readonly #descriptions: ReadonlyMap<string, ObjectDescription>
  readonly #parts: StaticParts
  readonly #types = new Map<string, GraphQLObjectType>()
  readonly #readers = new Map<string, Resolver<JsonObject>>()
  readonly #rootReaders = new Map<string, Resolver<GenericObject>>()

  constructor(descriptions: ReadonlyMap<string, ObjectDescription>, parts: StaticParts) {
    this.#descriptions = descriptions
    this.#parts = parts
  }

  /** The type of whole objects of a kind, whose relations have a type that is not known before the fields are asked for. */
  root(description: ObjectDescription, relations: () => GraphQLObjectType): GraphQLObjectType<GenericObject, GraphqlContext> {
    return new GraphQLObjectType({
      name: description.name,
      description: description.description,
      interfaces: this.#parts.objectInterfaces,
      fields: (): Fields<GenericObject> => ({
        ...this.#parts.objectFields,
        ...relationsField(this.#parts, relations()),
        ...this.#fieldsOf(description, (key) => memo(this.#rootReaders, key, () => ({ object }) => own(object, key))),
        ...(description.open === true ? restField(description, ({ object }: GenericObject) => object, commonKeys) : {}),
      }),
    })
  }

  #nested(name: string): GraphQLObjectType | undefined {
    const description = this.#descriptions.get(name)
    if (description === undefined) return undefined
    return memo(this.#types, name, () =>
      new GraphQLObjectType<JsonObject, GraphqlContext>({
        name,
        description: description.description,
        fields: () => ({
          ...this.#fieldsOf(description, (key) => memo(this.#readers, key, () => (source) => own(source, key))),
          ...(name === objectMeta.name ? metadataFields : {}),
          ...(description.open === true ? restField(description, (source: JsonObject) => source, []) : {}),
        }),
      }),
    )
  }

  #fieldsOf<Source>({ fields }: ObjectDescription, reader: (key: string) => Resolver<Source>): Fields<Source> {
    return Object.fromEntries(fields.map((field) => [field.name, { type: this.#outputType(field.type), description: describe(field), resolve: reader(field.key) }]))
  }

  #outputType({ of, lists = 0, nullableItems = false }: TypeReference): GraphQLOutputType {
    let type: GraphQLOutputType = this.#parts.scalars.get(of) ?? this.#nested(of) ?? this.#parts.json
    for (let list = 0; list < lists; list += 1) type = new GraphQLList(nullableItems ? type : new GraphQLNonNull(type))
    return type
  }
}

function relationsField({ objectFields }: StaticParts, type: GraphQLObjectType): Fields<GenericObject> {
  const { relations } = objectFields
  return relations === undefined ? {} : { relations: { ...relations, type: new GraphQLNonNull(type), resolve: ({ row }) => new GenericRelations(row) } }
}

const commonKeys = ['apiVersion', 'kind', 'metadata']

/** Own members only: objects come from outside, and may have any key. */
function own(source: Readonly<Record<string, Json | undefined>>, key: string): Json | undefined {
  return typeof source === 'object' && source !== null && Object.hasOwn(source, key) ? source[key] : undefined
}

function describe({ key, name, description }: FieldDescription): string | undefined {
  if (key === name) return description
  return description === undefined ? `\`${key}\`` : `\`${key}\`: ${description}`
}

/** The way to what is in an object and has no field. */
function restField<Source>(description: ObjectDescription, objectOf: (source: Source) => Readonly<Record<string, Json | undefined>>, without: readonly string[]): Record<string, GraphQLFieldConfig<Source, GraphqlContext>> {
  const declared = new Set([...without, ...description.fields.map(({ key }) => key)])
  const resolve: Resolver<Source> = (source) => {
    const object = objectOf(source)
    if (typeof object !== 'object' || object === null) return null
    const rest = Object.entries(object).filter(([key]) => !declared.has(key))
    return rest.length === 0 ? null : Object.fromEntries(rest)
  }
  return { _rest: { type: JsonScalar, description: 'What is there beside the other fields; null when nothing is.', resolve } }
}

const keyArgument = { key: { type: new GraphQLNonNull(GraphQLString) } }
const entryOf = (map: string): Resolver<JsonObject> => (source, { key }: Record<string, string>) => own((own(source, map) ?? {}) as JsonObject, key ?? '')
const metadataFields: Fields<JsonObject> = {
  label: { type: GraphQLString, description: 'The value of one label.', args: keyArgument, resolve: entryOf('labels') },
  annotation: { type: GraphQLString, description: 'The value of one annotation.', args: keyArgument, resolve: entryOf('annotations') },
}

function memo<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  let value = known.get(key)
  if (value === undefined) {
    value = make()
    known.set(key, value)
  }
  return value
}
