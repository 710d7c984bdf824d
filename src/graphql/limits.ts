import { GraphQLError, Kind, getOperationAST, type DocumentNode, type FieldNode, type SelectionSetNode } from 'graphql'

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
}

/** How wide the fields are that hold rows without a page size of their own. */
const assumedListSize = 10

/**
 * Why an operation asks for too much, or undefined. Measured before it runs, with its
 * variables, so that a page size given by a variable counts as what it is. The document must
 * have passed validation: its fragments have no cycles.
 */
export function exceeds(document: DocumentNode, operationName: string | null | undefined, variables: Readonly<Record<string, unknown>>, limits: OperationLimits): GraphQLError | undefined {
  const operation = getOperationAST(document, operationName)
  if (operation === undefined || operation === null) return undefined
  const fragments = new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition.selectionSet] as const] : [])))
  const tally: Tally = { depth: 0, cost: 0, aliases: 0 }
  // What exceeds the limit need not be measured any further: fragments can multiply without end.
  const enough = () => tally.cost > limits.maxCost || tally.aliases > limits.maxAliases || tally.depth > limits.maxDepth

  const visit = (selections: SelectionSetNode, depth: number, width: number): void => {
    for (const selection of selections.selections) {
      if (enough()) return
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        if (fragment !== undefined) visit(fragment, depth, width)
      } else if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet, depth, width)
      else if (!selection.name.value.startsWith('__')) {
        tally.depth = Math.max(tally.depth, depth)
        tally.cost += width
        if (selection.alias !== undefined) tally.aliases += 1
        if (selection.selectionSet !== undefined) visit(selection.selectionSet, depth + 1, width * widthOf(selection, variables, limits))
      }
    }
  }
  visit(operation.selectionSet, 1, 1)

  if (tally.depth > limits.maxDepth) return tooMuch('QUERY_TOO_DEEP', `Fields may be nested ${limits.maxDepth} deep.`)
  if (tally.aliases > limits.maxAliases) return tooMuch('QUERY_TOO_COMPLEX', `An operation may have ${limits.maxAliases} aliases.`)
  if (tally.cost > limits.maxCost) return tooMuch('QUERY_TOO_COMPLEX', `The operation may cost ${limits.maxCost}, its fields weighed with the sizes of their pages. Ask for fewer fields or smaller pages.`)
  return undefined
}

/** Fields whose rows multiply what is inside. The page size stands on the list; its rows are in `nodes` and `edges`. */
function widthOf(field: FieldNode, variables: Readonly<Record<string, unknown>>, limits: OperationLimits): number {
  const name = field.name.value
  if (name === 'objects') return pageSize(field, variables) ?? limits.defaultPageSize
  return ['groups', 'kinds', 'watches'].includes(name) ? assumedListSize : 1
}

function pageSize(field: FieldNode, variables: Readonly<Record<string, unknown>>): number | undefined {
  for (const { name, value } of field.arguments ?? []) {
    if (name.value !== 'first' && name.value !== 'last') continue
    const given = value.kind === Kind.INT ? Number(value.value) : value.kind === Kind.VARIABLE ? variables[value.name.value] : undefined
    if (typeof given === 'number') return Math.max(0, given)
  }
  return undefined
}

function tooMuch(code: 'QUERY_TOO_DEEP' | 'QUERY_TOO_COMPLEX', message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code, http: { status: 400 } } })
}
