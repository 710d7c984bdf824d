import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logging.ts'
import type { SinkRegistry } from './sink-registry.ts'

export interface StepOptions {
  readonly sinks: SinkRegistry
  readonly clock: Clock
  readonly logger: Logger
}

/** How soon what one replica was told is known to all. */
const refreshMs = 2000
/** Every so many times, what takes longer. */
const recountEvery = 5
const reapEvery = 30

/** Keeps the sinks of this process in step with what other replicas do. Answers the function that ends it. */
export function keepInStep({ sinks, clock, logger }: StepOptions): () => Promise<void> {
  let stopped = false
  let turn = 0
  let cancel = () => {}
  let running = Promise.resolve()
  const step = async () => {
    turn += 1
    try {
      await sinks.refresh()
      if (turn % recountEvery === 0) await sinks.recount()
      if (turn % reapEvery === 0) await sinks.reap()
    } catch (error) {
      logger.log('warn', 'what other replicas did with sinks cannot be read', { error })
    }
    if (!stopped) plan()
  }
  const plan = () => {
    cancel = clock.after(refreshMs, () => {
      running = step()
    })
  }
  plan()
  return async () => {
    stopped = true
    cancel()
    await running
  }
}
