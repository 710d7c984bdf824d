import { GraphQLError, SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef, getArgumentValues, isAbstractType, isLeafType, isListType, isNonNullType, isObjectType, locatedError, type FieldNode, type GraphQLAbstractType, type GraphQLField, type GraphQLLeafType, type GraphQLObjectType, type GraphQLOutputType, type GraphQLResolveInfo, type SelectionSetNode } from 'graphql'
import { selectedFields, type Selecting } from './selection.ts'

/** Where in an answer something stands. One list follows the execution; whoever waits takes a copy. */
export type Place = (string | number)[]

/** What is the same each time an operation is executed. */
export interface Planning extends Selecting {
  /** What resolvers are told, but for what differs from field to field. */
  readonly info: Omit<GraphQLResolveInfo, 'fieldName' | 'fieldNodes' | 'returnType' | 'parentType' | 'path'>
}

/** One execution. */
export interface Run {
  readonly context: unknown
  readonly errors: GraphQLError[]
}

/** Gives a value the form that it has in the answer; throws located errors. */
type Complete = (value: unknown, place: Place, run: Run) => unknown

/** One object's selected fields, for all objects of a type at one place of an operation, in all its executions: names, arguments and types are looked at once. */
export class ObjectPlan {
  readonly #fields: readonly FieldPlan[]

  constructor(type: GraphQLObjectType, sets: readonly SelectionSetNode[], planning: Planning) {
    const fields: FieldPlan[] = []
    for (const [key, nodes] of selectedFields(type, sets, planning)) {
      const definition = definitionOf(type, nodes, planning)
      if (definition !== undefined) fields.push(new FieldPlan(key, type, nodes, definition, planning))
    }
    this.#fields = fields
  }

  run(source: unknown, place: Place, run: Run): unknown {
    const answer: Record<string, unknown> = {}
    let pending: Promise<unknown>[] | undefined
    try {
      for (const field of this.#fields) {
        const { key } = field
        place.push(key)
        const value = field.run(source, place, run)
        place.pop()
        answer[key] = value
        if (isPromise(value)) (pending ??= []).push(value.then((settled) => (answer[key] = settled)))
      }
    } catch (error) {
      leave(pending)
      throw error
    }
    return pending === undefined ? answer : Promise.all(pending).then(() => answer)
  }
}

function definitionOf(type: GraphQLObjectType, [node]: readonly FieldNode[], { schema }: Planning): GraphQLField<unknown, unknown> | undefined {
  const name = node?.name.value ?? ''
  if (name === TypeNameMetaFieldDef.name) return TypeNameMetaFieldDef
  if (type === schema.getQueryType()) {
    if (name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef
    if (name === TypeMetaFieldDef.name) return TypeMetaFieldDef
  }
  return type.getFields()[name]
}

class FieldPlan {
  readonly key: string
  readonly #name: string
  readonly #nodes: readonly FieldNode[]
  readonly #resolve: GraphQLField<unknown, unknown>['resolve']
  readonly #args: Readonly<Record<string, unknown>>
  /** Why the arguments cannot be read: then the field has no value, wherever it stands. */
  readonly #mistake: unknown
  readonly #isNullable: boolean
  readonly #complete: Complete
  readonly #info: GraphQLResolveInfo

  constructor(key: string, parentType: GraphQLObjectType, nodes: readonly FieldNode[], { name, type, resolve, args }: GraphQLField<unknown, unknown>, planning: Planning) {
    this.key = key
    this.#name = name
    this.#nodes = nodes
    this.#resolve = resolve
    this.#isNullable = !isNonNullType(type)
    this.#info = { ...planning.info, fieldName: name, fieldNodes: nodes, returnType: type, parentType, path: { key, prev: undefined, typename: parentType.name } }
    this.#complete = completer(type, this.#info, planning)
    let read: Readonly<Record<string, unknown>> = {}
    try {
      const [node] = nodes
      if (args.length > 0 && node !== undefined) read = getArgumentValues({ name, type, args } as GraphQLField<unknown, unknown>, node, planning.variables)
    } catch (error) {
      this.#mistake = error
    }
    this.#args = read
  }

  run(source: unknown, place: Place, run: Run): unknown {
    const { length } = place
    try {
      const value = this.#completed(this.#read(source, run), place, run)
      if (!isPromise(value)) return value
      const here = [...place]
      return value.then(undefined, (error: unknown) => this.#failed(error, here, run))
    } catch (error) {
      place.length = length
      return this.#failed(error, place, run)
    }
  }

  #completed(value: unknown, place: Place, run: Run): unknown {
    if (!isPromise(value)) return this.#complete(value, place, run)
    const here = [...place]
    return value.then((settled) => this.#complete(settled, here, run))
  }

  #read(source: unknown, { context }: Run): unknown {
    if (this.#mistake !== undefined) throw this.#mistake
    if (this.#resolve !== undefined) return this.#resolve(source, this.#args, context, this.#info)
    if (typeof source !== 'object' || source === null) return undefined
    const member = (source as Record<string, unknown>)[this.#name]
    return typeof member === 'function' ? (member.call(source, this.#args, context, this.#info) as unknown) : member
  }

  #failed(error: unknown, place: Place, { errors }: Run): null {
    const located = locatedError(error, this.#nodes, [...place])
    if (!this.#isNullable) throw located
    errors.push(located)
    return null
  }
}

function completer(type: GraphQLOutputType, info: GraphQLResolveInfo, planning: Planning): Complete {
  if (isNonNullType(type)) {
    const complete = completer(type.ofType, info, planning)
    const whole = (value: unknown): unknown => {
      if (value === null || value === undefined) throw new Error(`Cannot return null for non-nullable field ${info.parentType.name}.${info.fieldName}.`)
      return value
    }
    return (value, place, run) => {
      const completed = complete(value, place, run)
      return isPromise(completed) ? completed.then(whole) : whole(completed)
    }
  }
  const complete = isListType(type) ? listCompleter(type.ofType, info, planning) : isLeafType(type) ? leafCompleter(type) : isAbstractType(type) ? abstractCompleter(type, info, planning) : objectCompleter(type, info, planning)
  return (value, place, run) => {
    if (value === null || value === undefined) return null
    if (value instanceof Error) throw value
    return complete(value, place, run)
  }
}

function leafCompleter(type: GraphQLLeafType): Complete {
  return (value) => {
    const serialized: unknown = type.serialize(value)
    if (serialized === null || serialized === undefined) throw new Error(`Expected \`${type.name}.serialize\` to return non-nullable value, returned: ${String(serialized)}`)
    return serialized
  }
}

function listCompleter(itemType: GraphQLOutputType, info: GraphQLResolveInfo, planning: Planning): Complete {
  const complete = completer(itemType, info, planning)
  const isNullable = !isNonNullType(itemType)
  const failed = (error: unknown, place: Place, { errors }: Run): null => {
    const located = locatedError(error, info.fieldNodes, [...place])
    if (!isNullable) throw located
    errors.push(located)
    return null
  }
  const completeItem = (item: unknown, place: Place, run: Run): unknown => {
    const { length } = place
    try {
      const here = isPromise(item) ? [...place] : place
      const completed = isPromise(item) ? item.then((settled) => complete(settled, here, run)) : complete(item, place, run)
      if (!isPromise(completed)) return completed
      const at = [...place]
      return completed.then(undefined, (error: unknown) => failed(error, at, run))
    } catch (error) {
      place.length = length
      return failed(error, place, run)
    }
  }
  return (value, place, run) => {
    if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) throw new GraphQLError(`Expected Iterable, but did not find one for field "${info.parentType.name}.${info.fieldName}".`)
    const items: unknown[] = []
    let waits = false
    try {
      for (const item of value as Iterable<unknown>) {
        place.push(items.length)
        const completed = completeItem(item, place, run)
        place.pop()
        waits ||= isPromise(completed)
        items.push(completed)
      }
    } catch (error) {
      leave(items.filter(isPromise))
      throw error
    }
    return waits ? Promise.all(items) : items
  }
}

function objectCompleter(type: GraphQLObjectType, info: GraphQLResolveInfo, planning: Planning): Complete {
  let plan: ObjectPlan | undefined
  return (value, place, run) => {
    if (type.isTypeOf !== undefined && type.isTypeOf !== null && type.isTypeOf(value, run.context, info) === false) throw new GraphQLError(`Expected value of type "${type.name}" but got another.`)
    plan ??= new ObjectPlan(type, setsOf(info), planning)
    return plan.run(value, place, run)
  }
}

function abstractCompleter(type: GraphQLAbstractType, info: GraphQLResolveInfo, planning: Planning): Complete {
  const completers = new Map<string, Complete>()
  const completerOf = (name: unknown): Complete => {
    let complete = typeof name === 'string' ? completers.get(name) : undefined
    if (complete !== undefined) return complete
    const found = typeof name === 'string' ? planning.schema.getType(name) : undefined
    if (!isObjectType(found) || !planning.schema.isSubType(type, found)) throw new GraphQLError(`Abstract type "${type.name}" must resolve to an Object type that it may be at runtime for field "${info.parentType.name}.${info.fieldName}"; it is ${JSON.stringify(name)}.`)
    complete = objectCompleter(found, info, planning)
    completers.set(found.name, complete)
    return complete
  }
  return (value, place, run) => {
    const name: unknown = type.resolveType?.(value, run.context, info, type)
    if (!isPromise(name)) return completerOf(name)(value, place, run)
    const here = [...place]
    return name.then((settled) => completerOf(settled)(value, here, run))
  }
}

function setsOf({ fieldNodes }: GraphQLResolveInfo): readonly SelectionSetNode[] {
  return fieldNodes.flatMap(({ selectionSet }) => selectionSet ?? [])
}

/** What fails while nobody waits for it any more is no failure of the process. */
function leave(pending: readonly Promise<unknown>[] | undefined): void {
  for (const one of pending ?? []) one.catch(() => undefined)
}

export function isPromise(value: unknown): value is Promise<unknown> {
  return typeof value === 'object' && value !== null && typeof (value as { readonly then?: unknown }).then === 'function'
}
