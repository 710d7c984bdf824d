import type { GroupKind, Resource } from '../model/resource.ts'

/** What the cluster serves, kept in memory and refreshed. */
export interface Discovery {
  /** Every watchable resource: one entry per served version. */
  resources(): readonly Resource[]
  /** The served version asked for, or without a version the one that the server prefers. */
  find(kind: GroupKind & { readonly version?: string | undefined }): Resource | undefined
  /** Asks the server again now; concurrent calls share one request. */
  refresh(): Promise<void>
  onChange(listener: () => void): () => void
}
