/** One answer of an API server. The body must be read to its end or `cancel` called. */
export interface ApiResponse {
  readonly status: number
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: AsyncIterable<Uint8Array>
  cancel(): void
}

export interface ApiRequest {
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly query?: Readonly<Record<string, string | undefined>>
  readonly accept?: string
  /** The ETag of the answer that is known: where it still holds, the server answers 304 without a body. */
  readonly ifNoneMatch?: string | undefined
  /** Sent as JSON. */
  readonly body?: unknown
  readonly signal?: AbortSignal
  /** A watch gets a connection of its own class: a list or a probe never waits behind watches. Default false. */
  readonly watch?: boolean
  /** Milliseconds of silence after which the body counts as dead. */
  readonly idleTimeoutMs?: number
}

/**
 * The transport to one API server: authenticated, pooled, and otherwise plain HTTP.
 * Fails with a WatchqlError of code UNREACHABLE or UNAUTHENTICATED when there is no answer at
 * all; every answered status, errors included, is a normal response.
 */
export interface KubernetesClient {
  readonly server: string
  request(request: ApiRequest): Promise<ApiResponse>
  close(): Promise<void>
}
