import { TimeSlice } from '../base/time-slice.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import { RequestFailed, failureOf, failureOfStatus } from '../kubernetes/failure.ts'
import { Bookkeeping } from '../kubernetes/bookkeeping.ts'
import { Scan } from '../kubernetes/json-scan.ts'
import { LineSplitter } from '../kubernetes/json-lines.ts'
import type { KubeObject } from '../model/object.ts'
import type { CollectionRequest } from './collection-request.ts'
import { requireJson } from './content-type.ts'

export interface WatchRequest {
  readonly collection: CollectionRequest
  /** Absent: the watch begins with everything there is, as a list does (KEP-3157). */
  readonly resourceVersion: string | undefined
  /** After this the server ends the watch in the ordinary way. */
  readonly timeoutSeconds: number
  /** Silence after which the connection counts as dead; longer than the server's bookmark interval (a minute). */
  readonly idleTimeoutMs: number
  readonly maxEventBytes: number
  readonly signal: AbortSignal
}

export interface WatchHandler {
  onOpen(): void
  /** With the length of its JSON text. */
  onPut(object: KubeObject, bytes: number): void
  onRemove(object: KubeObject): void
  /** Everything that there was at the beginning has been handed over; from here on follow changes. */
  onInitialEnd?(resourceVersion: string): void
  /** After each batch of events: everything up to this resourceVersion has been handed over. */
  onProgress(resourceVersion: string): void
}

const sliceMs = 8

/**
 * Follows a collection from a resourceVersion until the server ends the watch. Throws
 * RequestFailed for refusals and ERROR events, and whatever the connection broke with.
 */
export async function readWatch(client: KubernetesClient, request: WatchRequest, handler: WatchHandler): Promise<void> {
  const response = await client.request({
    path: request.collection.path,
    query: {
      ...request.collection.query,
      watch: 'true',
      allowWatchBookmarks: 'true',
      ...(request.resourceVersion === undefined ? { sendInitialEvents: 'true', resourceVersionMatch: 'NotOlderThan' } : { resourceVersion: request.resourceVersion }),
      timeoutSeconds: request.timeoutSeconds.toString(),
    },
    watch: true,
    idleTimeoutMs: request.idleTimeoutMs,
    signal: request.signal,
  })
  if (response.status !== 200) throw new RequestFailed(await failureOf(response))
  requireJson(response)
  handler.onOpen()
  const splitter = new LineSplitter(request.maxEventBytes)
  const parser = new EventParser()
  const slice = new TimeSlice(sliceMs)
  // Undefined until a list that comes first is complete: its objects are in no order of time.
  let taken = request.resourceVersion
  let reported = taken
  const report = () => {
    if (taken === undefined || taken === reported) return
    reported = taken
    handler.onProgress(taken)
  }
  try {
    for await (const chunk of response.body) {
      for (const line of splitter.push(chunk)) {
        taken = take(parser.parse(line), taken, handler)
        await slice.giveWay()
        request.signal.throwIfAborted()
      }
      report()
    }
  } finally {
    // What was taken in before a failure must not be asked for again.
    report()
    response.cancel()
  }
}

/** What an event has around its object, about. */
const envelopeBytes = '{"type":"MODIFIED","object":}'.length

/** Cuts bookkeeping out of an event before it is parsed, as is done with list items. */
class EventParser {
  readonly #bookkeeping = new Bookkeeping({ depth: 2, stopAfterMetadata: true })
  readonly #scan = new Scan(this.#bookkeeping)

  parse(line: Buffer): WatchEvent {
    this.#scan.reset()
    this.#scan.run(line, 0)
    const text = this.#bookkeeping.text(line, 0, line.length)
    const { type, object } = JSON.parse(text) as Pick<WatchEvent, 'type' | 'object'>
    return { type, object, bytes: text.length - envelopeBytes }
  }
}

interface WatchEvent {
  readonly type: string
  /** For ERROR a Status. */
  readonly object: KubeObject
  readonly bytes: number
}

function take(event: WatchEvent, before: string | undefined, handler: WatchHandler): string | undefined {
  if (event.type === 'ERROR') throw new RequestFailed(failureOfStatus(event.object ?? {}))
  const resourceVersion = event.object?.metadata?.resourceVersion
  if (resourceVersion === undefined) throw new RequestFailed({ kind: 'BAD_ANSWER', message: 'a watch event has no metadata.resourceVersion' })
  if (before !== undefined && Number(resourceVersion) < Number(before))
    throw new RequestFailed({ kind: 'BAD_ANSWER', message: `resourceVersions went backwards in a watch, from ${before} to ${resourceVersion}` })
  const after = before === undefined ? undefined : resourceVersion
  switch (event.type) {
    case 'ADDED':
    case 'MODIFIED':
      handler.onPut(event.object, event.bytes)
      return after
    case 'DELETED':
      handler.onRemove(event.object)
      return after
    case 'BOOKMARK':
      if (before !== undefined || event.object.metadata.annotations?.[initialEventsEnd] !== 'true') return after
      handler.onInitialEnd?.(resourceVersion)
      return resourceVersion
    default:
      throw new RequestFailed({ kind: 'BAD_ANSWER', message: `a watch event has the unknown type ${JSON.stringify(event.type)}` })
  }
}

const initialEventsEnd = 'k8s.io/initial-events-end'
