import { jsonPatch } from '../../src/playground/api-server/writes/json-patch.ts'
import type { LiveConnection, LiveOperation, LiveResult } from './live-transports.ts'
import { stateOf } from './strict-follower.ts'

export interface LiveFollowerOptions {
  readonly url: string
  readonly connect: (operation: LiveOperation) => LiveConnection
  readonly field: string
  readonly filter: string
  readonly how: { readonly throttleMs: number; readonly mode: 'FULL' | 'PATCH' }
}

interface Data {
  readonly live: { readonly list: { readonly nodes: readonly { readonly metadata: { readonly uid: string; readonly name: string; readonly resourceVersion: string } }[] } }
}

/** Who follows a list by a live query: believes the newest result, or what the patches make of the first. */
export class LiveFollower {
  readonly violations: string[] = []
  readonly #options: LiveFollowerOptions
  #connection: LiveConnection | undefined
  #data: Data | undefined
  #revision = 0
  #isStopped = false

  constructor(options: LiveFollowerOptions) {
    this.#options = options
    this.#connect()
  }

  get alive(): ReadonlyMap<string, string> | undefined {
    return this.#data && new Map(this.#data.live.list.nodes.map((node) => [node.metadata.uid, stateOf(node)]))
  }

  get listQuery(): string {
    return `{ ${this.#list} }`
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
    this.cut()
  }

  get #list(): string {
    const { field, filter } = this.#options
    return `list: ${field}(${filter}${filter === '' ? '' : ', '}first: 5000) { nodes { metadata { uid name resourceVersion } } }`
  }

  #connect(): void {
    if (this.#isStopped) return
    const { url, connect, how } = this.#options
    this.#data = undefined
    this.#revision = 0
    let isOver = false
    this.#connection = connect({
      url,
      query: `subscription { live(throttleMs: ${how.throttleMs}, mode: ${how.mode}) { ${this.#list} } }`,
      variables: {},
      onResult: (result) => (isOver ? undefined : this.#hear(result)),
      onEnd: () => {
        isOver = true
        setTimeout(() => this.#connect(), 20)
      },
    })
  }

  #hear({ data, errors, extensions }: LiveResult): void {
    if (errors !== undefined) this.violations.push(`it was told errors: ${JSON.stringify(errors)}`)
    this.#revision += 1
    if (this.#options.how.mode === 'PATCH' && extensions?.['revision'] !== this.#revision) this.violations.push(`revision ${String(extensions?.['revision'])} where ${this.#revision} was due`)
    try {
      this.#data = (data ?? jsonPatch(this.#data, extensions?.['patch'])) as Data
    } catch (error) {
      this.violations.push(`a patch that does not apply: ${String(error)}`)
    }
  }
}
