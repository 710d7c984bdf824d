import { WatchqlError } from '../base/errors.ts'
import type { ApiRequest, ApiResponse, KubernetesClient } from './client.ts'
import { RequestFailed, failureOf } from './failure.ts'

const maxBytes = 64 * 1024 * 1024

export interface TaggedJson {
  readonly body: unknown
  /** Absent where the server gives none. */
  readonly etag: string | undefined
}

/** One small document (discovery, reviews). Throws RequestFailed unless the status is 2xx. */
export async function requestJson(client: KubernetesClient, request: ApiRequest): Promise<unknown> {
  return readJson(await client.request(request), request.path)
}

/** The same with its ETag; undefined where the one in the request still holds. */
export async function requestTaggedJson(client: KubernetesClient, request: ApiRequest): Promise<TaggedJson | undefined> {
  const response = await client.request(request)
  if (isKnown(request, response)) return drained(response)
  return { body: await readJson(response, request.path), etag: response.headers['etag'] }
}

export interface TaggedBytes {
  readonly bytes: Uint8Array
  readonly etag: string | undefined
}

/** The bytes of a document, up to a limit; undefined where the ETag in the request still holds. Throws RequestFailed unless the status is 2xx, BAD_SERVER_ANSWER beyond the limit. */
export async function requestBytes(client: KubernetesClient, request: ApiRequest, limit: number): Promise<TaggedBytes | undefined> {
  const response = await client.request(request)
  if (isKnown(request, response)) return drained(response)
  return { bytes: await readBytes(response, request.path, limit), etag: response.headers['etag'] }
}

function isKnown(request: ApiRequest, response: ApiResponse): boolean {
  return response.status === 304 && request.ifNoneMatch !== undefined
}

/** There is nothing in it, but the connection serves on only after its end. */
async function drained(response: ApiResponse): Promise<undefined> {
  for await (const _chunk of response.body) continue
}

async function readJson(response: ApiResponse, path: string): Promise<unknown> {
  const bytes = await readBytes(response, path, maxBytes)
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown
  } catch (error) {
    throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${path} is not JSON.`, { cause: error })
  }
}

async function readBytes(response: ApiResponse, path: string, limit: number): Promise<Buffer> {
  if (response.status < 200 || response.status > 299) throw new RequestFailed(await failureOf(response))
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > limit) {
      response.cancel()
      throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${path} is over ${limit} bytes.`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
