import type { ChangeFeed } from '../feed/change-feed.ts'
import type { Discovery } from '../kubernetes/discovery.ts'
import type { Dedicated } from './dedicated-watches.ts'
import type { Informers } from './informer.ts'
import type { WantedWatches } from './wanted-watches.ts'

/** Everything that belongs to one cluster hangs on this value; several clusters are several of them. */
export interface Cluster {
  /** Part of every id, key and cursor. */
  readonly name: string
  readonly discovery: Discovery
  readonly informers: Informers
  readonly dedicated: Dedicated
  readonly feed: ChangeFeed
  /** Which watches are to run. */
  readonly watches: Pick<WantedWatches, 'pending' | 'start' | 'stop'>
}
