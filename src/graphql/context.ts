import type { Scope } from '../access/scope.ts'
import type { FilterLimits } from '../model/path-filter.ts'
import type { Relations } from '../relations/registry.ts'
import type { PageLimits } from '../store/query/page.ts'
import type { Cluster } from '../watch/cluster.ts'
import type { ChangeSource, Push } from './changes/change-source.ts'
import type { DeliverySettings } from './delivery-admin.ts'

/** What the resolvers need to know of the service. */
export interface GraphqlSettings {
  readonly clusters: readonly Cluster[]
  /** Whether a kind that is asked for and not watched is watched from then on. */
  readonly onDemand: boolean
  /** How long a query waits for the first list of a kind. */
  readonly syncTimeoutMs: number
  readonly page: PageLimits
  readonly filter: FilterLimits
  readonly maxGroups: number
  readonly relations: Relations
  /** Objects that one operation may follow relations to at a stretch. */
  readonly maxRelatedObjects: number
  readonly maxKindsPerQuery: number
  /** Changes that wait for one slow subscriber. */
  readonly subscriptionBacklog: number
  readonly delivery: DeliverySettings
  /** Changes without an event of its own after which a subscriber is told the position. */
  readonly bookmarkEvery: number
}

/** The surroundings of one execution: who asks, and until when. */
export interface GraphqlContext {
  readonly settings: GraphqlSettings
  readonly scope: Scope
  /** Aborted when the answer is no longer wanted: the caller left, or the deadline passed. */
  readonly signal: AbortSignal
  /** What a subscription shares with all that are identical to it. */
  readonly shared?: SharedState
  /** How a subscriber can be told events without its asking. */
  readonly push?: Push | undefined
}

/** What identical subscriptions have in common. */
export interface SharedState {
  /** Aborted when the last of them has ended. */
  readonly signal?: AbortSignal
  changes?: ChangeSource
  /** The same while it is being made. */
  opening?: Promise<ChangeSource> | undefined
  /** Whether a change counts only when it changes the result. */
  changedOnly?: boolean
}
