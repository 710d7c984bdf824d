import { Kind, execute, getOperationAST, type DocumentNode, type FieldNode, type GraphQLSchema, type OperationDefinitionNode, type SelectionNode } from 'graphql'
import { TimeSlice } from '../base/time-slice.ts'

/** Nobody else waits longer than this for one who reads the schema. */
const sliceMs = 8

/**
 * Answers operations that read the whole schema, as GraphiQL and code generators do: thousands
 * of types take seconds, which others need not wait for. The latest answer is kept, since all
 * ask the same.
 */
export class Introspection {
  #latest: { readonly schema: GraphQLSchema; readonly key: string; readonly answer: Promise<string> } | undefined

  /** The text of the answer; undefined for operations that are not of this kind. The document must have passed all checks. */
  answer(schema: GraphQLSchema, document: DocumentNode, operationName: string | null | undefined, variables: Readonly<Record<string, unknown>>): Promise<string> | undefined {
    const parts = partsOf(document, operationName)
    if (parts === undefined) return undefined
    const source = document.loc?.source.body
    const key = JSON.stringify([source, operationName, variables])
    const latest = this.#latest
    if (source !== undefined && latest?.schema === schema && latest.key === key) return latest.answer
    const answer = inSlices(schema, document, parts, variables)
    this.#latest = { schema, key, answer }
    answer.catch(() => (this.#latest = undefined))
    return answer
  }
}

/** An operation `{ __schema { ... types { ... } } }`, taken apart. */
interface Parts {
  readonly operation: OperationDefinitionNode
  readonly root: FieldNode
  readonly types: FieldNode
}

function partsOf(document: DocumentNode, operationName: string | null | undefined): Parts | undefined {
  const operation = getOperationAST(document, operationName)
  const [root, ...others] = operation?.selectionSet.selections ?? []
  if (!operation || !isPlain(root, '__schema') || others.length > 0) return undefined
  const inside = root.selectionSet?.selections ?? []
  const [types, ...again] = inside.filter((selection) => selection.kind === Kind.FIELD && selection.name.value === 'types')
  // What fragments hold at this level is not looked for.
  if (!isPlain(types, 'types') || again.length > 0 || inside.some(({ kind }) => kind !== Kind.FIELD)) return undefined
  return { operation, root, types }
}

function isPlain(selection: SelectionNode | undefined, name: string): selection is FieldNode {
  return selection?.kind === Kind.FIELD && selection.name.value === name && (selection.directives ?? []).length === 0
}

/** All but the types at once, then type by type: `__type` tells of one what `types` tells of all. */
async function inSlices(schema: GraphQLSchema, document: DocumentNode, { operation, root, types }: Parts, variables: Readonly<Record<string, unknown>>): Promise<string> {
  const slice = new TimeSlice(sliceMs)
  const ask = (field: FieldNode): string => {
    const only: OperationDefinitionNode = { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections: [field] } }
    const definitions = document.definitions.map((definition) => (definition === operation ? only : definition)).filter((definition) => definition === only || definition.kind === Kind.FRAGMENT_DEFINITION)
    const result = execute({ schema, document: { ...document, definitions }, variableValues: variables })
    if ('then' in result || result.errors !== undefined) throw new Error('The schema could not be read.')
    return JSON.stringify(Object.values(result.data ?? {})[0])
  }
  const around = root.selectionSet?.selections.filter((selection) => selection !== types) ?? []
  const members = around.length === 0 ? '' : ask({ ...root, selectionSet: { kind: Kind.SELECTION_SET, selections: around } }).slice(1, -1)
  const described: string[] = []
  for (const name of Object.keys(schema.getTypeMap())) {
    await slice.giveWay()
    const { alias: _alias, ...unnamed } = types
    described.push(ask({ ...unnamed, name: { kind: Kind.NAME, value: '__type' }, arguments: [{ kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'name' }, value: { kind: Kind.STRING, value: name } }] }))
  }
  const keyOf = (field: FieldNode) => JSON.stringify((field.alias ?? field.name).value)
  return `{"data":{${keyOf(root)}:{${members}${members === '' ? '' : ','}${keyOf(types)}:[${described.join(',')}]}}}\n`
}
