import { Kind, getOperationAST, visit, type DocumentNode } from 'graphql'

/** The arguments of a subscription that say only where one begins, not what is told. */
const beginnings: ReadonlySet<string> = new Set(['initial', 'after'])

/**
 * A text that two operations have in common when their results are the same from the same
 * schema for the same caller. Where one begins does not count as far as variables say it, so
 * that all who come back with cursors of their own share again.
 */
export function sharedKey(document: DocumentNode, operationName: string | null | undefined, variables: Readonly<Record<string, unknown>>): string {
  const ignored = beginningVariables(document, operationName)
  const given = Object.entries(variables).filter(([name]) => !ignored.has(name))
  return JSON.stringify([document.loc?.source.body, operationName ?? null, given.toSorted(([a], [b]) => (a < b ? -1 : 1))])
}

/** Those that stand for such an argument and nowhere else. */
function beginningVariables(document: DocumentNode, operationName: string | null | undefined): ReadonlySet<string> {
  const found = new Set<string>()
  for (const selection of getOperationAST(document, operationName)?.selectionSet.selections ?? [])
    for (const { name, value } of (selection.kind === Kind.FIELD && selection.arguments) || []) if (beginnings.has(name.value) && value.kind === Kind.VARIABLE) found.add(value.name.value)
  const uses = new Map<string, number>()
  if (found.size > 0) visit(document, { VariableDefinition: () => false, Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1) })
  return new Set([...found].filter((name) => uses.get(name) === 1))
}
