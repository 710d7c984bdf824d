import { keyOf, type KubeObject } from '../model/object.ts'
import { everything } from '../model/predicate.ts'
import type { Resource } from '../model/resource.ts'
import type { Lister } from '../store/lister.ts'
import { maxBatchBytes } from './batch-size.ts'
import type { JournalStore, Observed } from './journal-store.ts'
import type { Observation } from './transitions.ts'

export interface ComparisonOptions {
  readonly store: JournalStore
  readonly cluster: string
  readonly kind: Resource
  /** Read when the comparison is made. */
  readonly objects: Lister
  readonly view: (object: KubeObject) => KubeObject
  readonly scope: string
  readonly resourceVersion: string
  readonly newcomers: readonly string[]
  readonly checkpoint: { readonly resourceVersion: string; readonly scope: string } | undefined
  readonly pageSize: number
  readonly epoch: number | undefined
}

/**
 * One complete list compared with the record, a page at a time: first what is there, then what
 * is recorded and no longer there. Broken off it can be begun anew, and finds what is left.
 */
export class Comparison {
  readonly #options: ComparisonOptions
  readonly #objects: readonly KubeObject[]
  readonly #keys: ReadonlySet<string>
  #at = 0
  #after = ''
  #pending: (() => void) | undefined

  constructor(options: ComparisonOptions) {
    this.#options = options
    this.#objects = options.objects.select(everything)
    this.#keys = new Set(this.#objects.map(keyOf))
  }

  /** The next page; the same again until it was recorded. */
  async next(): Promise<Observed> {
    const { store, cluster, kind, view, pageSize, checkpoint, scope } = this.#options
    if (this.#at < this.#objects.length) {
      const page = this.#objects.slice(this.#at, this.#at + pageSize)
      this.#pending = () => (this.#at += page.length)
      return this.#observed(page.map((object) => ({ is: 'there', object: view(object) })), false)
    }
    const page = await store.page(cluster, kind, this.#after, pageSize)
    const reason = checkpoint !== undefined && checkpoint.scope !== scope ? { reason: 'UNWATCHED' as const } : {}
    const missing: Observation[] = []
    let [bytes, seen] = [0, 0]
    for (const row of page) {
      const isMissing = !this.#keys.has(row.key)
      if (isMissing) bytes += row.bytes
      if (bytes > maxBatchBytes && missing.length > 0) break
      if (isMissing) missing.push({ is: 'missing', key: row.key, uid: row.uid, ...reason })
      seen += 1
    }
    this.#pending = () => (this.#after = page[seen - 1]?.key ?? this.#after)
    return this.#observed(missing, seen < pageSize && seen === page.length)
  }

  recorded(): void {
    this.#pending?.()
    this.#pending = undefined
  }

  #observed(observations: readonly Observation[], complete: boolean): Observed {
    const { cluster, kind, checkpoint, scope, newcomers, resourceVersion, epoch } = this.#options
    return {
      cluster,
      kind,
      observations,
      // Until it is through, the record is as complete as it was: it has no scope where it never was.
      resourceVersion: complete ? resourceVersion : (checkpoint?.resourceVersion ?? ''),
      scope: complete ? scope : (checkpoint?.scope ?? ''),
      initial: checkpoint === undefined,
      newcomers,
      complete,
      ...(epoch === undefined ? {} : { epoch }),
    }
  }
}
