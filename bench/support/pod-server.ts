import { createServer } from 'node:http'
import { createSecureServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { AddressInfo } from 'node:net'
import type { Writable } from 'node:stream'
import { selfSigned } from '../../test/support/certificate.ts'
import type { Parameters } from '../benchmark.ts'
import { podAt } from './pods.ts'

/**
 * The least that an API server of Pods can be: HTTP/2 over TLS, paged lists and one endless
 * watch, all written from bytes that were made beforehand, so that what is measured is the reader.
 * The watch sends `events` MODIFIED events of Pods in turn, as fast as they are read. `plain`
 * speaks HTTP/1.1 in the clear, for readers that know nothing else.
 */
export async function startPodServer({ pods, events = 0, plain = false }: { readonly pods: number; readonly events?: number; readonly plain?: boolean }): Promise<{ readonly parameters: Parameters; stop(): Promise<void> }> {
  const items = Array.from({ length: pods }, (_, index) => {
    const { kind: _kind, apiVersion: _apiVersion, ...item } = podAt(index)
    return Buffer.from(JSON.stringify(item))
  })
  const lines = Array.from({ length: events }, (_, index) => Buffer.from(`${JSON.stringify({ type: 'MODIFIED', object: changedPod(index % pods, pods + 1 + index) })}\n`))
  const answer = (path: string, stream: Writable) => {
    const query = new URL(path, 'https://bench').searchParams
    stream.on('error', () => undefined)
    void (query.has('watch') ? writeAll(stream, lines) : writeList(stream, items, Number(query.get('continue') ?? 0), Number(query.get('limit') ?? pods)))
  }
  const { cert, key } = selfSigned('bench')
  const server = plain ? createServer((request, response) => answer(request.url ?? '/', response.writeHead(200, head))) : createSecureServer({ cert, key })
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.respond({ ':status': 200, ...head })
    answer(String(headers[':path']), stream)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    parameters: { server: `${plain ? 'http' : 'https'}://127.0.0.1:${port}`, ca: cert, pods, events },
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

const head = { 'content-type': 'application/json' }

async function writeList(stream: Writable, items: readonly Buffer[], from: number, limit: number): Promise<void> {
  const to = Math.min(items.length, from + limit)
  const more = to < items.length ? `,"continue":"${to}","remainingItemCount":${items.length - to}` : ''
  stream.write(`{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"${items.length + 1}"${more}},"items":[`)
  await writeAll(stream, items.slice(from, to), ',')
  stream.end(']}')
}

async function writeAll(stream: Writable, parts: readonly Buffer[], separator = ''): Promise<void> {
  for (let i = 0; i < parts.length; i += 64) {
    const batch = Buffer.concat(parts.slice(i, i + 64).flatMap((part, j) => (i + j === 0 || separator === '' ? [part] : [Buffer.from(separator), part])))
    if (!stream.write(batch)) await new Promise((resolve) => stream.once('drain', resolve))
  }
}

/** A Pod whose readiness changed. */
function changedPod(index: number, resourceVersion: number): unknown {
  const pod = podAt(index, resourceVersion) as unknown as { status: { conditions: { type: string; status: string; lastTransitionTime: string }[] } }
  for (const condition of pod.status.conditions) {
    if (condition.type !== 'Ready') continue
    condition.status = resourceVersion % 2 === 0 ? 'True' : 'False'
    condition.lastTransitionTime = new Date(1_795_000_000_000 + resourceVersion * 1000).toISOString().replace('.000', '')
  }
  return pod
}
