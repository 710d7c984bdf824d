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
  if (response.status !== 304 || request.ifNoneMatch === undefined) return { body: await readJson(response, request.path), etag: response.headers['etag'] }
  // There is none, but the connection serves on only after its end.
  for await (const _chunk of response.body) continue
  return undefined
}

async function readJson(response: ApiResponse, path: string): Promise<unknown> {
  if (response.status < 200 || response.status > 299) throw new RequestFailed(await failureOf(response))
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > maxBytes) {
      response.cancel()
      throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${path} is over ${maxBytes} bytes.`)
    }
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch (error) {
    throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${path} is not JSON.`, { cause: error })
  }
}
