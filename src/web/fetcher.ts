import { createGraphiQLFetcher, type Fetcher } from '@graphiql/toolkit'
import { Kind, parse, type DocumentNode } from 'graphql'
import { endpoint, subscriptionEndpoint } from './gateway.ts'

/** Each subscription has a WebSocket of its own, opened with the tab's headers as connection parameters. */
const send = createGraphiQLFetcher({ url: endpoint.href, subscriptionUrl: subscriptionEndpoint.href, enableIncrementalDelivery: false })

/**
 * Sends what is in the editor. The editor learns what its text holds some time after the text
 * changed, so that an operation run right after a change of tabs would go out under the name, and
 * over the transport, of the one before: both are read from the text itself.
 */
export const fetcher: Fetcher = (request, options) => {
  const documentAST = parseOrNothing(request.query)
  if (documentAST === undefined) return send(request, options)
  const names = documentAST.definitions.flatMap((definition) => (definition.kind === Kind.OPERATION_DEFINITION ? [definition.name?.value] : []))
  const operationName = names.find((name) => name === request.operationName) ?? (names.length === 1 ? names[0] : undefined)
  return send({ query: request.query, variables: request.variables, ...(operationName !== undefined && { operationName }) }, { ...options, documentAST })
}

/** A text with a mistake is sent as it is: the gateway says what is wrong with it. */
function parseOrNothing(text: string): DocumentNode | undefined {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}
