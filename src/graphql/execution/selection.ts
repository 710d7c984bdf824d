import { GraphQLIncludeDirective, GraphQLSkipDirective, Kind, getDirectiveValues, isAbstractType, typeFromAST, type FieldNode, type FragmentDefinitionNode, type FragmentSpreadNode, type GraphQLObjectType, type GraphQLSchema, type InlineFragmentNode, type SelectionNode, type SelectionSetNode } from 'graphql'

export interface Selecting {
  readonly schema: GraphQLSchema
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly variables: Readonly<Record<string, unknown>>
}

/** The fields that are selected of an object type, by their names in the answer: https://spec.graphql.org/October2021/#CollectFields() */
export function selectedFields(type: GraphQLObjectType, sets: readonly SelectionSetNode[], selecting: Selecting): ReadonlyMap<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const visited = new Set<string>()
  const collect = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (!isIncluded(selection, selecting)) continue
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value
        const nodes = fields.get(key)
        if (nodes === undefined) fields.set(key, [selection])
        else nodes.push(selection)
      } else {
        const fragment = fragmentOf(selection, visited, selecting)
        if (fragment !== undefined && isAbout(fragment, type, selecting)) collect(fragment.selectionSet)
      }
    }
  }
  sets.forEach(collect)
  return fields
}

function fragmentOf(selection: FragmentSpreadNode | InlineFragmentNode, visited: Set<string>, { fragments }: Selecting): FragmentDefinitionNode | InlineFragmentNode | undefined {
  if (selection.kind === Kind.INLINE_FRAGMENT) return selection
  const { value } = selection.name
  if (visited.has(value)) return undefined
  visited.add(value)
  return fragments.get(value)
}

function isAbout({ typeCondition }: FragmentDefinitionNode | InlineFragmentNode, type: GraphQLObjectType, { schema }: Selecting): boolean {
  const condition = typeCondition === undefined ? type : typeFromAST(schema, typeCondition)
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type))
}

function isIncluded(node: SelectionNode, { variables }: Selecting): boolean {
  if (node.directives === undefined || node.directives.length === 0) return true
  return getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] !== true && getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false
}
