import { print, type TypedQueryDocumentNode } from 'graphql'

/** The page is served where the API is, so its own address is the endpoint, behind any path prefix. */
export const endpoint = new URL(location.pathname.replace(/\/$/, ''), location.origin)

/** The same path over WebSocket; encrypted where the page is. */
export const subscriptionEndpoint = new URL(endpoint)
subscriptionEndpoint.protocol = endpoint.protocol === 'https:' ? 'wss:' : 'ws:'

/** Asks the gateway that serves the page. Rejects with a readable message when there is no whole answer. */
export async function ask<Data>(document: TypedQueryDocumentNode<Data, Record<string, never>>, headers: Record<string, string>, signal: AbortSignal): Promise<Data> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json;q=0.9' },
    body: JSON.stringify({ query: print(document) }),
    signal,
  })
  if (!response.headers.get('content-type')?.includes('json')) throw new Error(`The gateway answered ${response.status} ${response.statusText}`)
  const { data, errors } = (await response.json()) as { data?: Data | null; errors?: { message: string }[] }
  if (data === undefined || data === null) throw new Error(errors?.[0]?.message ?? `The gateway answered ${response.status}`)
  return data
}
