import type { Clock } from '../base/clock.ts'
import { isComplete } from '../journal/followed.ts'
import type { Cluster } from '../watch/cluster.ts'
import type { Informer } from '../watch/informer.ts'
import type { RunningSink } from './running-sink.ts'
import type { SinkRegistry } from './sink-registry.ts'

export interface BegunOptions {
  readonly sinks: SinkRegistry
  readonly cluster: Pick<Cluster, 'name' | 'informers'>
  readonly clock: Clock
}

/** A large kind takes longer to begin with; its creator is not kept waiting for that. */
const patienceMs = 3000
const lookMs = 20

/**
 * Settles when a new sink has begun with every kind of its own that is watched by now or is
 * about to be, so that whoever made it can count on being told of what changes after the answer;
 * at the latest after `patienceMs`. Another replica may be the one that records a kind: it tells by the database.
 */
export async function begun(sink: RunningSink, { sinks, cluster, clock }: BegunOptions): Promise<void> {
  const deadline = clock.monotonic() + patienceMs
  const comes = (informer: Informer) => isComplete(informer) || informer.status().state === 'SYNCING'
  const isAwaited = () => cluster.informers.all().some((informer) => comes(informer) && sink.matcher.wants(informer.resource) && !sinks.hasBegun(sink.id, cluster.name, informer.resource))
  while (sinks.find(sink.id) === sink && isAwaited() && clock.monotonic() < deadline) {
    await new Promise<void>((resolve) => void clock.after(lookMs, resolve))
    // What cannot be read now is no reason to refuse what was made.
    await sinks.catchUp().catch(() => undefined)
  }
}
