import { Agent, request } from 'node:https'
import { text } from 'node:stream/consumers'
import { collectionPath, objectPath } from './manifest.ts'
import type { Manifest, ObjectReference } from './manifest.ts'

export interface ApiTarget {
  readonly url: string
  /** PEM. */
  readonly ca: string
  readonly token?: string
}

/** What the API server refused, or could not do. */
export class ApiError extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'ApiError'
    this.status = status
  }
}

/** Short requests to an API server as one user. Made for tests: no watches, no retries. */
export class Api {
  readonly #target: ApiTarget
  readonly #agent: Agent

  constructor(target: ApiTarget) {
    this.#target = target
    this.#agent = new Agent({ keepAlive: true, ca: target.ca, maxSockets: 32 })
  }

  get<T = Manifest>(path: string): Promise<T> {
    return this.send('GET', path)
  }

  read(reference: ObjectReference): Promise<Manifest> {
    return this.get(objectPath(reference))
  }

  /** Items of a list come without apiVersion and kind; here they have them. */
  async list(apiVersion: string, kind: string, namespace?: string): Promise<Manifest[]> {
    const { items } = await this.get<{ items: Manifest[] }>(collectionPath(apiVersion, kind, namespace))
    return items.map((item) => ({ ...item, apiVersion, kind }))
  }

  create(object: Manifest): Promise<Manifest> {
    return this.send('POST', collectionPath(object.apiVersion, object.kind, object.metadata.namespace), object)
  }

  /** A JSON merge patch (RFC 7386). */
  patch(reference: ObjectReference, patch: object, subresource = ''): Promise<Manifest> {
    return this.send('PATCH', objectPath(reference) + subresource, patch, 'application/merge-patch+json')
  }

  async delete(reference: ObjectReference): Promise<void> {
    await this.send('DELETE', objectPath(reference), { kind: 'DeleteOptions', apiVersion: 'v1', propagationPolicy: 'Background' })
  }

  /** Closes the connections; requests under way fail. */
  close(): void {
    this.#agent.destroy()
  }

  /** @throws ApiError for an answer that is not 2xx, the error of the connection where there is no answer. */
  async send<T>(method: string, path: string, body?: object, contentType = 'application/json'): Promise<T> {
    const { status, content } = await this.#exchange(method, path, body, contentType)
    const answer = content.startsWith('{') ? JSON.parse(content) : content
    if (status >= 200 && status < 300) return answer
    throw new ApiError(status, `${method} ${path} answered ${status}: ${answer.message ?? content.trim()}`)
  }

  #exchange(method: string, path: string, body: object | undefined, contentType: string) {
    const { token, url } = this.#target
    const content = body === undefined ? undefined : JSON.stringify(body)
    return new Promise<{ status: number; content: string }>((resolve, reject) => {
      const sent = request(new URL(path, url), {
        method,
        agent: this.#agent,
        headers: {
          accept: 'application/json',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
          // The length is not left to Node: it sends none with DELETE, and the body then reads as the next request.
          ...(content !== undefined && { 'content-type': contentType, 'content-length': Buffer.byteLength(content) }),
        },
      })
      sent.once('error', reject)
      sent.once('response', (response) => {
        text(response).then((content) => resolve({ status: response.statusCode ?? 0, content }), reject)
      })
      sent.end(content)
    })
  }
}
