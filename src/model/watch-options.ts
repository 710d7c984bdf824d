import type { GroupKind } from './resource.ts'

/**
 * What limits the objects that a watch caches; all absent means every object of the kind.
 * The maps are those of k8s-generic-watcher's `watchOptions`.
 */
export interface WatchOptions {
  readonly namespace?: string
  readonly name?: string
  readonly fieldSelector?: Readonly<Record<string, string>>
  readonly labelSelector?: Readonly<Record<string, string>>
  /** Added to every list and watch request as they are. */
  readonly queryParameters?: Readonly<Record<string, string>>
}

/** A watch that somebody wants, whether or not its kind is served. Without a version the preferred one is followed. */
export interface WantedWatch {
  readonly kind: GroupKind & { readonly version?: string }
  readonly options: WatchOptions
}
