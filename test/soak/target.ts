import type { Api } from '../cluster/api.ts'
import type { Random } from '../cluster/workloads/random.ts'

/** Something that goes wrong. Resolves when it is over, or when nothing more is to be waited for; ends early when aborted. */
export interface Fault {
  readonly name: string
  /** How often it is chosen, in relation to the others of its lane. */
  readonly weight: number
  readonly strike: (random: Random, signal: AbortSignal) => Promise<void> | void
}

/** Faults of which one at a time happens, again and again. Lanes go on beside each other. */
export interface Lane {
  readonly name: string
  /** The shortest and the longest pause before the next fault. */
  readonly pauseMs: readonly [number, number]
  readonly faults: readonly Fault[]
}

/** An API server under which faults happen on demand. */
export interface SoakTarget {
  readonly name: string
  /** For the gateway: leads through the faults. */
  readonly kubeconfig: string
  /** What the gateway's configuration says of time-outs, so that it notices in time for a test. */
  readonly gatewayConfig: Readonly<Record<string, unknown>>
  /** For whoever changes and lists: past the faults of the connection, not past those of the server. */
  readonly api: Api
  readonly lanes: readonly Lane[]
  /** How long after `calm` everything must be right again. */
  readonly settleMs: number
  /** Ends what faults have left behind. */
  calm(): Promise<void>
  /** What the server knows of those who use it. */
  clients(): Promise<{ readonly connections: number; readonly watches: number }>
  close(): Promise<void>
}
