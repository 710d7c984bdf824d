import { GraphQLBoolean, GraphQLInputObjectType, GraphQLNonNull, GraphQLObjectType, type GraphQLFieldConfig, type GraphQLFieldConfigMap, type GraphQLInputFieldConfigMap } from 'graphql'
import type { GroupKind } from '../../model/resource.ts'
import { events, namespace } from '../../relations/built-in/everything.ts'
import type { RelationEnd } from '../../relations/end.ts'
import type { Relations } from '../../relations/registry.ts'
import type { GraphqlContext } from '../context.ts'
import type { RelatedRequest } from '../relations/related-rows.ts'
import { followAll, followOne, type ObjectReference, type ObjectRelations } from '../static/relations.ts'
import type { TypedFilter } from './compile-filter.ts'
import type { KindTypes } from './kind-fields.ts'
import type { StaticParts } from './static-parts.ts'

export interface RelationTypesOptions {
  readonly relations: Relations
  readonly parts: StaticParts
  /** A type name that is not taken, the wanted one if it can. */
  readonly free: (name: string) => string
  /** The types of a kind's preferred version; undefined for one that has none. */
  readonly typesOf: (kind: GroupKind) => KindTypes | undefined
}

type Fields = GraphQLFieldConfigMap<ObjectRelations, GraphqlContext>

/** The types of kinds' relations, and of filters by them. A relation to kinds without types is not among them: it can be had by its name. */
export class RelationTypes {
  readonly #options: RelationTypesOptions
  readonly #references = new Map<string, GraphQLObjectType>()
  readonly #quantified = new Map<string, GraphQLInputObjectType>()
  readonly #single = new Map<string, GraphQLInputObjectType>()
  #common: GraphQLObjectType<ObjectRelations, GraphqlContext> | undefined
  #commonFilter: GraphQLInputObjectType | undefined

  constructor(options: RelationTypesOptions) {
    this.#options = options
  }

  /** The type of `relations` of a kind's objects. */
  of(kind: GroupKind, typeName: string): GraphQLObjectType<ObjectRelations, GraphqlContext> {
    const { free, parts } = this.#options
    const ends = this.#endsOf(kind)
    const make = (name: string) =>
      new GraphQLObjectType<ObjectRelations, GraphqlContext>({ name: free(name), interfaces: parts.relationInterfaces, fields: () => ({ ...parts.relationFields, ...this.#commonFields(), ...this.#fields(ends) }) })
    if (ends.length > 0) return make(`${typeName}Relations`)
    this.#common ??= make('CommonRelations')
    return this.#common
  }

  /** What `where` takes for `relations`. */
  filterOf(kind: GroupKind, typeName: string): GraphQLInputObjectType {
    const ends = this.#endsOf(kind)
    const make = (name: string) => new GraphQLInputObjectType({ name: this.#options.free(name), fields: () => this.#filterFields([...ends, namespace, events]) })
    if (ends.length > 0) return make(`${typeName}RelationsFilter`)
    this.#commonFilter ??= make('CommonRelationsFilter')
    return this.#commonFilter
  }

  #endsOf(kind: GroupKind): readonly RelationEnd[] {
    const { relations, typesOf } = this.#options
    return relations.of(kind).filter(({ kinds }) => kinds.some((target) => typesOf(target) !== undefined))
  }

  /** The types of the one kind that a relation leads to. */
  #target({ kinds }: RelationEnd): KindTypes | undefined {
    const [kind, ...others] = kinds
    return kind === undefined || others.length > 0 ? undefined : this.#options.typesOf(kind)
  }

  #fields(ends: readonly RelationEnd[]): Fields {
    return Object.fromEntries(ends.map((end) => [end.name, end.many ? this.#listField(end) : this.#referenceField(end)]))
  }

  /** Those of all objects, whose kinds may have types. */
  #commonFields(): Fields {
    const { relationFields } = this.#options.parts
    const described = (end: RelationEnd, field: GraphQLFieldConfig<ObjectRelations, GraphqlContext>) => ({ [end.name]: { ...field, description: relationFields[end.name]?.description } })
    return {
      ...(this.#target(events) === undefined ? {} : described(events, this.#listField(events))),
      ...(this.#target(namespace) === undefined ? {} : described(namespace, this.#referenceField(namespace))),
    }
  }

  #listField(end: RelationEnd): GraphQLFieldConfig<ObjectRelations, GraphqlContext> {
    const { parts } = this.#options
    const target = this.#target(end)
    return {
      type: new GraphQLNonNull(target?.connection ?? parts.connection),
      args: { ...parts.listArguments, where: { type: target?.filter ?? parts.pathFilter } },
      resolve: (source, args: RelatedRequest, context, info) => {
        if (target === undefined) return followAll(end, source, args, context, info)
        const { where, ...request } = args
        const also = where === undefined || where === null ? undefined : () => target.compiler.compile(where as TypedFilter, context.settings.filter)
        return followAll(end, source, request, context, info, also)
      },
    }
  }

  #referenceField(end: RelationEnd): GraphQLFieldConfig<ObjectRelations, GraphqlContext> {
    const target = this.#target(end)
    return { type: target === undefined ? this.#options.parts.reference : this.#referenceOf(target), resolve: (source, _args, context) => followOne(end, source, context) }
  }

  #referenceOf({ object }: KindTypes): GraphQLObjectType {
    const { parts, free } = this.#options
    const { object: objectField, ...fields } = parts.referenceFields
    return memo(this.#references, object.name, () => new GraphQLObjectType<ObjectReference, GraphqlContext>({ name: free(`${object.name}Reference`), interfaces: parts.referenceInterfaces, fields: { ...fields, object: { ...objectField, type: object } } }))
  }

  #filterFields(ends: readonly RelationEnd[]): GraphQLInputFieldConfigMap {
    return Object.fromEntries(
      ends.map((end) => {
        const target = this.#target(end)
        const [name, type] = target === undefined ? ['KubernetesObject', this.#options.parts.pathFilter] : [target.object.name, target.filter]
        return [end.name, { type: end.many ? this.#quantifiedFilter(name, type) : this.#singleFilter(name, type) }]
      }),
    )
  }

  #quantifiedFilter(name: string, type: GraphQLInputObjectType): GraphQLInputObjectType {
    return memo(this.#quantified, name, () => new GraphQLInputObjectType({
      name: this.#options.free(`${name}RelatedFilter`),
      fields: {
        some: { type, description: 'Holds for at least one of them.' },
        every: { type, description: 'Holds for all of them, also where there are none.' },
        none: { type, description: 'Holds for none of them.' },
      },
    }))
  }

  #singleFilter(name: string, type: GraphQLInputObjectType): GraphQLInputObjectType {
    return memo(this.#single, name, () => new GraphQLInputObjectType({
      name: this.#options.free(`${name}ReferenceFilter`),
      fields: {
        is: { type, description: 'It is there, and this holds for it.' },
        isNot: { type, description: 'It is not there, or this does not hold for it.' },
        exists: { type: GraphQLBoolean, description: 'Whether it is there.' },
      },
    }))
  }
}

function memo<Value>(known: Map<string, Value>, key: string, make: () => Value): Value {
  let found = known.get(key)
  if (found === undefined) {
    found = make()
    known.set(key, found)
  }
  return found
}
