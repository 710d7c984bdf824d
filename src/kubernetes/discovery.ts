import type { GroupKind, Resource } from '../model/resource.ts'
import type { GroupVersionResources } from './discovery-documents.ts'

/** What the cluster serves, kept in memory and refreshed. */
export interface Discovery {
  /** Every watchable resource: one entry per served version. */
  resources(): readonly Resource[]
  /** All that is served, what cannot be watched included. */
  groupVersions(): readonly GroupVersionResources[]
  /** The served version asked for, or without a version the one that the server prefers. */
  find(kind: GroupKind & { readonly version?: string | undefined }): Resource | undefined
  /** Asks the server again now; concurrent calls share one request. Rejects, and keeps what was known, where the answer cannot be trusted. */
  refresh(): Promise<void>
  /** Called synchronously after each change, when `resources` and `find` show it already. Returns the unsubscribe. */
  onChange(listener: (change: DiscoveryChange) => void): () => void
}

/** Group versions (`apps/v1`, `v1`) by what became of them; each stands in one list only. */
export interface DiscoveryChange {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Other resources than before, or definitions of them that were edited: their schemas may differ, if not in the server's OpenAPI documents at once. */
  readonly changed: readonly string[]
}
