import { jsonPatch } from '../../src/playground/api-server/writes/json-patch.ts'
import type { LiveConnection, LiveOperation, LiveResult } from './live-transports.ts'

interface Shown {
  readonly metadata: { readonly uid: string; readonly name: string; readonly resourceVersion?: string }
  readonly labels?: unknown
  readonly phase?: unknown
  readonly raw?: unknown
}

interface Event {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'SYNCED' | 'RESET' | 'BOOKMARK'
  readonly reason: string | null
  readonly object: Shown | null
  readonly oldObject: Shown | null
  readonly patch: unknown
  readonly cursor: string | null
}

export interface StrictFollowerOptions {
  readonly url: string
  readonly connect: (operation: LiveOperation) => LiveConnection
  /** `objects`, `deployments` */
  readonly field: string
  /** What a list takes as well: `kinds: [{ kind: "Pod" }], labelSelector: "app"`. */
  readonly filter: string
  /** What only subscriptions take. */
  readonly how: Telling
}

/** One way of being told. */
export interface Telling {
  readonly throttleMs: number
  readonly mode: 'FULL' | 'PATCH'
  /** Looks at labels and phases alone, and is told of nothing else. */
  readonly changedOnly: boolean
  /** Asks for so much that its connection is full soon after it stops reading. */
  readonly wide: boolean
}

interface Known {
  readonly name: string
  /** As `stateOf` has it. */
  readonly state: string
  readonly raw: unknown
}

/**
 * A client as one should be: keeps the cursor, comes back whenever its connection is lost,
 * and believes what it is told. Each event must follow on those before it: none is added twice,
 * changed or deleted that is not there, changed from a state that it did not have, or, where
 * only changes are asked for, to the state that it had.
 */
export class StrictFollower {
  readonly violations: string[] = []
  readonly counts: Record<Event['type'] | 'resumed' | 'SLOW_CONSUMER', number> = { ADDED: 0, MODIFIED: 0, DELETED: 0, SYNCED: 0, RESET: 0, BOOKMARK: 0, resumed: 0, SLOW_CONSUMER: 0 }
  readonly #options: StrictFollowerOptions
  readonly #alive = new Map<string, Known>()
  /** Gone for good, not only out of the filter. */
  readonly #deleted = new Set<string>()
  #connection: LiveConnection | undefined
  #cursor: string | undefined
  #isSynced = false
  #isStopped = false

  constructor(options: StrictFollowerOptions) {
    this.#options = options
    this.#connect()
  }

  /** The states of what it believes there is, by uid. */
  get alive(): ReadonlyMap<string, string> | undefined {
    return this.#isSynced ? new Map([...this.#alive].map(([uid, { state }]) => [uid, state])) : undefined
  }

  get listQuery(): string {
    const { field, filter, how } = this.#options
    return `{ list: ${field}(${filter}${filter === '' ? '' : ', '}first: 5000) { nodes { ${shownFields(how)} } } }`
  }

  cut(): void {
    this.#connection?.cut()
  }

  pause(): void {
    this.#connection?.pause()
  }

  resume(): void {
    this.#connection?.resume()
  }

  stop(): void {
    this.#isStopped = true
    this.#connection?.cut()
  }

  #connect(): void {
    if (this.#isStopped) return
    const { url, connect, field, filter, how } = this.#options
    const isResuming = this.#isSynced && this.#cursor !== undefined
    if (isResuming) this.counts.resumed += 1
    else this.#alive.clear()
    const wide = how.wide ? Array.from({ length: 10 }, (_, i) => `wide${i}: raw`).join(' ') : ''
    const query = `subscription ($initial: Boolean, $after: String) {
      event: ${field}(${filter}${filter === '' ? '' : ', '}initial: $initial, after: $after, throttleMs: ${how.throttleMs}, mode: ${how.mode}, changedOnly: ${how.changedOnly}) {
        type reason cursor patch object { ${shownFields(how)} ${how.mode === 'PATCH' ? 'raw' : ''} } oldObject { ${shownFields(how)} ${wide} }
      }
    }`
    let isOver = false
    this.#connection = connect({
      url,
      query,
      variables: isResuming ? { after: this.#cursor } : { initial: true },
      // What comes after the cut was lost on the way.
      onResult: (result) => (isOver ? undefined : this.#hear(result)),
      onEnd: () => {
        isOver = true
        setTimeout(() => this.#connect(), 20)
      },
    })
  }

  #hear({ data, errors }: LiveResult): void {
    if (errors !== undefined) this.violations.push(`it was told errors: ${JSON.stringify(errors)}`)
    if (data?.['event'] !== undefined) this.#take(data['event'] as Event)
  }

  #take({ type, reason, object, oldObject, patch, cursor }: Event): void {
    this.counts[type] += 1
    if (cursor !== null) this.#cursor = cursor
    if (reason === 'SLOW_CONSUMER') this.counts.SLOW_CONSUMER += 1
    if (type === 'RESET') {
      this.#alive.clear()
      this.#isSynced = false
    }
    if (type === 'SYNCED') this.#isSynced = true
    if (object === null) return
    const { uid, name } = object.metadata
    const state = stateOf(object)
    const known = this.#alive.get(uid)
    const complain = (why: string) => this.violations.push(`${type} ${reason ?? ''} ${name} ${uid} at ${state}, ${why}`)
    if (this.#deleted.has(uid)) complain('which was DELETED before')
    if ((known === undefined) !== (type === 'ADDED')) complain(known === undefined ? 'which is not there' : `which is there, at ${known.state}`)
    if (type === 'MODIFIED' && (oldObject === null || stateOf(oldObject) !== known?.state)) complain(`from ${oldObject === null ? 'nothing' : stateOf(oldObject)}, but it was at ${known?.state}`)
    if (type === 'MODIFIED' && this.#options.how.changedOnly && state === known?.state) complain('where it was')
    if (type === 'MODIFIED' && this.#options.how.mode === 'PATCH' && known?.raw !== undefined && !leadsTo(object.raw, known.raw, patch)) complain('whose patch does not lead there')
    if (type !== 'DELETED') return void this.#alive.set(uid, { name, state, raw: object.raw })
    this.#alive.delete(uid)
    if (reason !== 'LEFT_FILTER') this.#deleted.add(uid)
  }
}

/** What is asked of an object: what its state is made of. */
function shownFields({ changedOnly }: Telling): string {
  return changedOnly ? 'metadata { uid name } labels: value(path: "metadata.labels") phase: value(path: "status.phase")' : 'metadata { uid name resourceVersion }'
}

/** By which it is known to be the same: its version, or what only changes are told of. */
export function stateOf({ metadata, labels, phase }: Shown): string {
  return metadata.resourceVersion ?? JSON.stringify(ordered([labels, phase]))
}

function leadsTo(raw: unknown, from: unknown, patch: unknown): boolean {
  try {
    return JSON.stringify(ordered(jsonPatch(from, patch))) === JSON.stringify(ordered(raw))
  } catch {
    return false
  }
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, member]) => [key, ordered(member)]))
}
