import { TimeSlice } from '../base/time-slice.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import { RequestFailed, failureOf } from '../kubernetes/failure.ts'
import { ListSplitter, type ListEnvelope } from '../kubernetes/list-splitter.ts'
import type { KubeObject } from '../model/object.ts'
import type { CollectionRequest } from './collection-request.ts'
import { requireJson } from './content-type.ts'

export interface ListPageRequest {
  readonly collection: CollectionRequest
  /** Items per page; absent asks for everything at once. */
  readonly limit?: number
  readonly continue?: string
  readonly maxItemBytes: number
  readonly signal: AbortSignal
}

const sliceMs = 8

/**
 * Asks for one page and hands over each item while the rest still arrives. Always a consistent
 * read: without a resourceVersion the answer is never older than one that came before it.
 */
export async function readListPage(client: KubernetesClient, request: ListPageRequest, onItem: (item: KubeObject, bytes: number) => void): Promise<ListEnvelope> {
  const response = await client.request({
    path: request.collection.path,
    query: { ...request.collection.query, limit: request.limit?.toString(), continue: request.continue },
    signal: request.signal,
  })
  if (response.status !== 200) throw new RequestFailed(await failureOf(response))
  requireJson(response)
  const splitter = new ListSplitter(request.maxItemBytes)
  const slice = new TimeSlice(sliceMs)
  try {
    for await (const chunk of response.body) {
      for (const text of splitter.push(chunk)) {
        onItem(JSON.parse(text) as KubeObject, text.length)
        await slice.giveWay()
      }
    }
  } finally {
    response.cancel()
  }
  return splitter.end()
}
