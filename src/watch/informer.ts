import type { Scope } from '../access/scope.ts'
import type { GroupVersionKind, Resource } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'
import type { Lister } from '../store/lister.ts'

/**
 * SYNCING: the first list is not in yet. LIVE: complete and followed. STALE: was complete, the
 * connection is being restored, the last known objects are served. FORBIDDEN: the gateway may
 * not list the kind. GONE: the cluster no longer serves the kind.
 * REFUSED: its objects do not fit into memory; none of them are kept.
 */
export type WatchState = 'SYNCING' | 'LIVE' | 'STALE' | 'FORBIDDEN' | 'GONE' | 'REFUSED'

export interface WatchStatus {
  readonly state: WatchState
  /** Objects in the cache now. */
  readonly objects: number
  /** Length of their JSON texts, without field ownership; in memory they take about half of that. */
  readonly bytes: number
  /** While SYNCING: how many the server said there are in all, where it said so. */
  readonly expected?: number
  readonly resourceVersion?: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly syncedAt?: number
  readonly lastEventAt?: number
  /** Since when the cache may lag behind the server; absent while LIVE. */
  readonly staleSince?: number
  /** Lists and watches that had to be begun again after a failure. */
  readonly restarts: number
  readonly lastError?: { readonly code: string; readonly message: string; readonly at: number }
}

/** One watched kind: reflector, store and readiness. */
export interface Informer {
  readonly resource: Resource
  readonly options: WatchOptions
  /** `CONFIG` is declared by the operator, `API` by startWatch, `DEMAND` by a query. */
  readonly origin: WatchOrigin
  /** Whether this version was asked for by name: then it stays, whatever the server comes to prefer. */
  readonly pinned: boolean
  /** Aborted when the watch is stopped: its cache is no longer kept up to date. */
  readonly stopped: AbortSignal
  status(): WatchStatus
  /** Asks the server now, instead of when a wait is over or a watch ends by itself. */
  recheck(): void
  lister(scope: Scope): Lister
  /**
   * Settles at once when the first list is in. Rejects with FORBIDDEN, KIND_NOT_SERVED, MEMORY_LIMIT or, after
   * the deadline or abort, NOT_SYNCED.
   */
  whenSynced(deadlineMs: number, signal?: AbortSignal): Promise<void>
}

export type WatchOrigin = 'CONFIG' | 'API' | 'DEMAND'

/** The watched kinds of one cluster. */
export interface Informers {
  all(): readonly Informer[]
  get(kind: GroupVersionKind): Informer | undefined
  /**
   * Begins to watch a kind, or returns the informer that does. Throws WATCH_CONFLICT when the
   * kind is watched with other options, WATCH_LIMIT when too many kinds are watched. Pinned, it
   * stays at this version.
   */
  ensure(resource: Resource, origin: WatchOrigin, options?: WatchOptions, pinned?: boolean): Informer
  /**
   * Goes on with a watch in another version of its kind, with the same options. Once the new
   * one has its first list, the old one publishes the deletion of what is no longer there and ends.
   */
  succeed(informer: Informer, resource: Resource): void
  /** Ends a watch and drops its cache without publishing deletions. False when the kind was not watched. */
  stop(kind: GroupVersionKind): Promise<boolean>
}
