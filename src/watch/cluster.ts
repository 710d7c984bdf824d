import type { ChangeFeed } from '../feed/change-feed.ts'
import type { Discovery } from '../kubernetes/discovery.ts'
import type { PendingWatch } from './declared-watches.ts'
import type { Informers } from './informer.ts'

/** Everything that belongs to one cluster hangs on this value; several clusters are several of them. */
export interface Cluster {
  /** Part of every id, key and cursor. */
  readonly name: string
  readonly discovery: Discovery
  readonly informers: Informers
  readonly feed: ChangeFeed
  /** The declared watches that could not begin yet. */
  pending(): readonly PendingWatch[]
}
