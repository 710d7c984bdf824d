import type { Environment } from '../base/environment.ts'

/** What of the surroundings a configuration depends on. */
export interface CompletionContext {
  readonly env: Environment
  readonly home: string
  /** Where relative paths of files begin. Default: they stay as they are. */
  readonly folder?: string
}
