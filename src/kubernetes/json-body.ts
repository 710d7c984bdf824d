import { WatchqlError } from '../base/errors.ts'
import type { ApiRequest, KubernetesClient } from './client.ts'
import { RequestFailed, failureOf } from './failure.ts'

const maxBytes = 64 * 1024 * 1024

/** One small document (discovery, reviews). Throws RequestFailed unless the status is 2xx. */
export async function requestJson(client: KubernetesClient, request: ApiRequest): Promise<unknown> {
  const response = await client.request(request)
  if (response.status < 200 || response.status > 299) throw new RequestFailed(await failureOf(response))
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > maxBytes) {
      response.cancel()
      throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${request.path} is over ${maxBytes} bytes.`)
    }
    chunks.push(chunk)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown
  } catch (error) {
    throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${request.path} is not JSON.`, { cause: error })
  }
}
