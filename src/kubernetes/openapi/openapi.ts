import type { Resource } from '../../model/resource.ts'
import type { KubernetesClient } from '../client.ts'
import { RequestFailed } from '../failure.ts'
import { requestBytes, requestJson, type TaggedBytes } from '../json-body.ts'

/** Where a group version's document is, and what tells its contents from others. */
export interface PublishedDocument {
  readonly path: string
  /** Changes with the contents; empty where the server does not say. */
  readonly hash: string
}

/** The OpenAPI v3 documents by group version (`v1`, `apps/v1`); undefined where the server has only v2. Throws when there is no answer. */
export async function readOpenApiIndex(client: KubernetesClient): Promise<ReadonlyMap<string, PublishedDocument> | undefined> {
  const index = await unlessRefused(requestJson(client, { path: '/openapi/v3' }))
  const paths = (index as { readonly paths?: unknown } | undefined)?.paths
  if (typeof paths !== 'object' || paths === null) return undefined
  const documents = new Map<string, PublishedDocument>()
  for (const [root, entry] of Object.entries(paths as Record<string, { readonly serverRelativeURL?: unknown } | null>)) {
    const groupVersion = /^(?:api|apis)\/(.+)$/.exec(root)?.[1]
    const url = entry?.serverRelativeURL
    if (groupVersion !== undefined && typeof url === 'string' && url.startsWith('/')) documents.set(groupVersion, { path: url, hash: /[?&]hash=([^&]*)/.exec(url)?.[1] ?? '' })
  }
  return documents
}

/** One of them. Throws RequestFailed, or BAD_SERVER_ANSWER when it is larger than the limit. */
export function readOpenApiDocument(client: KubernetesClient, { path }: PublishedDocument, maxBytes: number): Promise<Uint8Array> {
  return bytesOf(client, path, maxBytes)
}

/** The one document of a server that publishes no v3; undefined where the one with this ETag still holds. */
export function readWholeDocument(client: KubernetesClient, etag: string | undefined, maxBytes: number): Promise<TaggedBytes | undefined> {
  return requestBytes(client, { path: '/openapi/v2', ifNoneMatch: etag }, maxBytes)
}

/** The CustomResourceDefinition of a resource, which has the schema sooner than any document; undefined where there is none or it may not be read. */
export function readDefinition(client: KubernetesClient, { group, plural }: Pick<Resource, 'group' | 'plural'>, maxBytes: number): Promise<Uint8Array | undefined> {
  return unlessRefused(bytesOf(client, `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${plural}.${group}`, maxBytes))
}

async function bytesOf(client: KubernetesClient, path: string, maxBytes: number): Promise<Uint8Array> {
  return (await requestBytes(client, { path }, maxBytes))?.bytes ?? new Uint8Array()
}

async function unlessRefused<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request
  } catch (error) {
    if (error instanceof RequestFailed && ['NOT_FOUND', 'FORBIDDEN', 'REJECTED'].includes(error.failure.kind)) return undefined
    throw error
  }
}
