import { GraphQLError, Kind, OperationTypeNode, getOperationAST, type DocumentNode, type FieldNode, type GraphQLField, type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode } from 'graphql'

/** What one operation may ask for. */
export interface OperationLimits {
  /** Fields inside fields. */
  readonly maxDepth: number
  /** Fields, weighed with the sizes of the pages they are asked for. */
  readonly maxCost: number
  readonly maxAliases: number
  /** The page size where none is given. */
  readonly defaultPageSize: number
}

interface Tally {
  depth: number
  cost: number
  aliases: number
  /** Selections looked at, whatever they cost. */
  visited: number
}

type Variables = Readonly<Record<string, unknown>>

/** How wide the fields are that hold rows without a page size of their own. */
const assumedListSize = 10
/** A whole object is some kilobytes, any other field some bytes. */
const wholeObjectWeight = 10
/** Lists and objects inside each other in one variable; filters have a limit of their own, far below. */
const maxVariableDepth = 100

/**
 * Why an operation asks for too much, or undefined. Measured before it runs, with its
 * variables, so that a page size given by a variable counts as what it is. The document must
 * have passed validation: its fragments have no cycles. Takes no longer than the limits are
 * high, however often fragments multiply.
 */
export function exceeds(document: DocumentNode, operationName: string | null | undefined, given: Variables, limits: OperationLimits, schema: GraphQLSchema): GraphQLError | undefined {
  const operation = getOperationAST(document, operationName)
  if (operation === undefined || operation === null) return undefined
  if (isDeeper(given, maxVariableDepth + 1)) return tooMuch('QUERY_TOO_DEEP', `A variable may hold lists and objects nested ${maxVariableDepth} deep.`)
  const variables = { ...pageSizeDefaults(operation), ...given }
  const fragments = new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet] as const] : [])))
  const known = new Map<SelectionSetNode, boolean>()
  const hasRows = (selections: SelectionSetNode | undefined): boolean => {
    if (selections === undefined) return false
    let has = known.get(selections)
    has ??= selections.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value === 'nodes' || selection.name.value === 'edges'
      return hasRows(selection.kind === Kind.INLINE_FRAGMENT ? selection.selectionSet : fragments.get(selection.name.value))
    })
    known.set(selections, has)
    return has
  }
  const root = schema.getRootType(operation.operation)?.getFields() ?? {}
  // What a live query asks for begins one deeper.
  const query = schema.getQueryType()?.getFields() ?? {}
  const rootField = ({ name }: FieldNode, depth: number) => (depth === 1 ? root[name.value] : depth === 2 && isLive ? query[name.value] : undefined)
  let isLive = false
  const tally: Tally = { depth: 0, cost: 0, aliases: 0, visited: 0 }
  const enough = () => tally.cost > limits.maxCost || tally.visited > limits.maxCost || tally.aliases > limits.maxAliases || tally.depth > limits.maxDepth

  const visit = (selections: SelectionSetNode, depth: number, width: number): void => {
    for (const selection of selections.selections) {
      if (enough()) return
      tally.visited += 1
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        if (fragment !== undefined) visit(fragment, depth, width)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, depth, width)
      else visitField(selection, depth, width)
    }
  }
  const visitField = (field: FieldNode, depth: number, width: number): void => {
    if (field.alias !== undefined) tally.aliases += 1
    // The schema is as deep as it is, and graphql-js limits how often its lists may be nested.
    const introspects = depth === introspection || field.name.value.startsWith('__')
    if (depth === 1) isLive = operation.operation === OperationTypeNode.SUBSCRIPTION && field.name.value === 'live'
    if (!introspects) tally.depth = Math.max(tally.depth, depth)
    tally.cost += width * (field.name.value === 'raw' ? wholeObjectWeight : 1)
    if (field.selectionSet !== undefined) visit(field.selectionSet, introspects ? introspection : depth + 1, introspects ? 1 : width * widthOf(field, rootField(field, depth), hasRows(field.selectionSet), variables, limits))
  }
  visit(operation.selectionSet, 1, 1)

  if (tally.depth > limits.maxDepth) return tooMuch('QUERY_TOO_DEEP', `Fields may be nested ${limits.maxDepth} deep.`)
  if (tally.aliases > limits.maxAliases) return tooMuch('QUERY_TOO_COMPLEX', `An operation may have ${limits.maxAliases} aliases.`)
  if (Math.max(tally.cost, tally.visited) > limits.maxCost)
    return tooMuch('QUERY_TOO_COMPLEX', `The operation may cost ${limits.maxCost}, its fields weighed with the sizes of their pages. Ask for fewer fields or smaller pages.`)
  return undefined
}

/** The depth of everything inside `__schema` and `__type`. */
const introspection = 0

/**
 * Fields whose rows multiply what is inside. The page size stands on the list; its rows are in
 * `nodes` and `edges`. What a relation leads to is mostly little, so that a list without a page
 * size inside another one counts as little; what it really is has a limit of its own.
 */
function widthOf(field: FieldNode, definition: GraphQLField<unknown, unknown> | undefined, hasRows: boolean, variables: Variables, limits: OperationLimits): number {
  if (field.name.value === 'objects' || definition?.args.some(({ name }) => name === 'first') === true) return pageSize(field, variables) ?? limits.defaultPageSize
  if (hasRows) return pageSize(field, variables) ?? assumedListSize
  return ['groups', 'kinds', 'watches'].includes(field.name.value) ? assumedListSize : 1
}

function pageSize(field: FieldNode, variables: Variables): number | undefined {
  for (const { name, value } of field.arguments ?? []) {
    if (name.value !== 'first' && name.value !== 'last') continue
    const given = value.kind === Kind.INT ? Number(value.value) : value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined
    if (typeof given === 'number') return Math.max(0, given)
  }
  return undefined
}

/** What variables are when they are not given, as far as they can be page sizes. */
function pageSizeDefaults({ variableDefinitions = [] }: OperationDefinitionNode): Variables {
  return Object.fromEntries(variableDefinitions.flatMap(({ variable, defaultValue }) => (defaultValue?.kind === Kind.INT ? [[variable.name.value, Number(defaultValue.value)]] : [])))
}

/** Whether values are nested deeper than a limit; looks no deeper than that. */
function isDeeper(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return limit === 0 || Object.values(value).some((inner) => isDeeper(inner, limit - 1))
}

function tooMuch(code: 'QUERY_TOO_DEEP' | 'QUERY_TOO_COMPLEX', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
}
