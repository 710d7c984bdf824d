import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createClient } from 'graphql-ws'
import { onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { parseConfig } from '../../src/config/load.ts'
import type { ControlPlane } from '../cluster/control-plane.ts'
import { eventually, openConfigured } from './gateway.ts'
import { openRelay } from './relay.ts'

export interface WatchRow {
  readonly kind: { readonly group: string; readonly version: string | null; readonly kind: string }
  readonly state: string
  readonly objects: number
  readonly restarts: number
  readonly lastError: { readonly code: string; readonly message: string } | null
}

interface FollowedKind {
  readonly group?: string
  readonly version?: string
  readonly kind: string
}

/** Waits so little that a test of waiting is quick. */
const impatient = { timeoutSeconds: 5, backoffInitialMs: 50, backoffMaxMs: 500, absentRetryMs: 500 }

/** A gateway before a real API server, over a wire that can break, with a token in a file that can be rotated. */
export async function openOnPlane(plane: ControlPlane, options: { readonly token?: string; readonly config?: Readonly<Record<string, unknown>> } = {}) {
  const relay = await openRelay(Number(new URL(plane.url).port))
  onTestFinished(() => relay.close())
  const folder = await mkdtemp(join(tmpdir(), 'watchql-token-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const tokenFilePath = join(folder, 'token')
  const rotate = (token: string) => writeFile(tokenFilePath, token)
  await rotate(options.token ?? plane.token())
  const k8sClientConfig = { authType: 'BearerToken', apiServerUrl: `https://127.0.0.1:${relay.port}`, tokenFilePath, caCertDataPemBase64: plane.caData }
  const gateway = await openConfigured(parseConfig(JSON.stringify({ listenPort: 0, apiGroupsSyncIntervalSecond: 2, watch: impatient, ...options.config, k8sClientConfig }), 'the test', { env: {}, home: '/' }))
  const watches = async (): Promise<readonly WatchRow[]> => (await gateway.data('{ watches { kind { group version kind } state objects restarts lastError { code message } } }')).watches
  const state = async (kind: string) => (await watches()).find((watch) => watch.kind.kind === kind)?.state
  return {
    ...gateway,
    relay,
    rotate,
    watches,
    /** Until all, or the watch of one kind, are in that state. */
    until: (wanted: string, kind?: string, timeoutMs = 30_000) =>
      eventually(async () => (await watches()).filter((watch) => kind === undefined || watch.kind.kind === kind).map((watch) => watch.state), (states) => states.length > 0 && states.every((found) => found === wanted), timeoutMs),
    state,
    /** What a query of the kind answers: its objects' names, and why there are none. */
    ask: async (kind: string, group = '', namespace = 'default') => {
      const { objects } = await gateway.data('query ($kind: KindInput!, $namespace: String) { objects(kinds: [$kind], namespace: $namespace, first: 1000) { nodes { metadata { name } } partial { code } } }', { kind: { group, kind }, namespace })
      return { names: objects.nodes.map(({ metadata }: { metadata: { name: string } }) => metadata.name).toSorted() as string[], partial: objects.partial.map(({ code }: { code: string }) => code) as string[] }
    },
    /** What a subscriber is told of a namespace from here on, as `DELETED name`. */
    follow: (kinds: readonly FollowedKind[], namespace = 'default') => follow(gateway.url, kinds, namespace),
  }
}

async function follow(url: string, kinds: readonly FollowedKind[], namespace: string) {
  const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 })
  onTestFinished(() => void client.dispose())
  const query = 'subscription ($kinds: [KindInput!]!, $namespace: String) { objects(kinds: $kinds, namespace: $namespace, initial: true) { type object { metadata { name uid } } } }'
  const events = client.iterate<{ objects: { type: string; object: { metadata: { name: string; uid: string } } | null } }>({ query, variables: { kinds, namespace } })
  const told: string[] = []
  const uids: string[] = []
  let ended: unknown
  const reading = (async () => {
    for await (const { data } of events) {
      if (!data) continue
      const { type, object } = data.objects
      told.push(object === null ? type : `${type} ${object.metadata.name}`)
      if (object !== null) uids.push(`${type} ${object.metadata.uid}`)
    }
    ended = 'complete'
  })().catch((error: unknown) => {
    ended = error
  })
  onTestFinished(async () => {
    await events.return?.()
    await reading
  })
  await eventually(() => ended ?? told.includes('SYNCED'), Boolean)
  if (ended !== undefined) throw new Error(`The subscription ended: ${JSON.stringify(ended)}`)
  told.length = 0
  return { told, uids, ended: () => ended }
}
