import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What is told of one sink. */
interface SinkFigures {
  readonly id: string
  readonly pending: number
  readonly dead: number
  readonly state: string
}

interface JournalFigures {
  readonly waiting: number
  readonly behind: number
}

interface FinishedAttempt {
  readonly sink: string
  readonly state: 'PENDING' | 'DELIVERED' | 'DEAD'
  readonly at: number
  readonly durationMs: number
}

/** The metrics of delivery, in a registry of their own. */
export class DeliveryMetrics {
  readonly registry = new Registry()
  readonly #attempts: Counter<'sink' | 'outcome'>
  readonly #seconds: Histogram<'sink'>
  readonly #lag: Histogram<'sink'>

  constructor() {
    const registers = [this.registry]
    this.#attempts = new Counter({ name: 'watchql_delivery_attempts_total', help: 'Attempts to deliver, by how they ended: delivered, failed (tried again), dead (given up).', labelNames: ['sink', 'outcome'], registers })
    this.#seconds = new Histogram({ name: 'watchql_delivery_attempt_duration_seconds', help: 'How long the receiver took.', labelNames: ['sink'], buckets: [0.001, 0.005, 0.025, 0.1, 0.5, 2, 10, 60], registers })
    this.#lag = new Histogram({ name: 'watchql_delivery_lag_seconds', help: 'From when a change was observed to when it was delivered.', labelNames: ['sink'], buckets: [0.005, 0.02, 0.1, 0.5, 2, 10, 60, 600, 3600, 86_400], registers })
  }

  /** To be read when asked. */
  follow(sinks: () => readonly SinkFigures[], journal: JournalFigures): void {
    const perSink = (name: string, help: string, read: (sink: SinkFigures) => number) =>
      new Gauge({
        name,
        help,
        labelNames: ['sink'],
        registers: [this.registry],
        collect() {
          this.reset()
          for (const sink of sinks()) this.set({ sink: sink.id }, read(sink))
        },
      })
    perSink('watchql_deliveries_pending', 'Deliveries that are due or wait for another attempt.', ({ pending }) => pending)
    perSink('watchql_deliveries_dead', 'Deliveries that were given up since the start or were known then.', ({ dead }) => dead)
    perSink('watchql_sink_active', '1 while the sink is delivered to; 0 when it is paused or disabled.', ({ state }) => (state === 'ACTIVE' ? 1 : 0))
    const ofJournal = (name: string, help: string, read: () => number) =>
      new Gauge({
        name,
        help,
        registers: [this.registry],
        collect() {
          this.set(read())
        },
      })
    ofJournal('watchql_journal_waiting', 'Changes that are not recorded yet.', () => journal.waiting)
    ofJournal('watchql_journal_kinds_behind', 'Kinds that are to be compared with what is recorded: what changed of them waits for that.', () => journal.behind)
  }

  attempted({ sink, state, at, durationMs }: FinishedAttempt, observedAt: number): void {
    this.#attempts.inc({ sink, outcome: state === 'DELIVERED' ? 'delivered' : state === 'DEAD' ? 'dead' : 'failed' })
    this.#seconds.observe({ sink }, durationMs / 1000)
    if (state === 'DELIVERED') this.#lag.observe({ sink }, Math.max(0, at - observedAt) / 1000)
  }
}
