import { WatchqlError } from '../base/errors.ts'

/** One thing that is wrong with a configuration. */
export interface ConfigMistake {
  /** `initialWatchingResources[2].kind`; empty for the whole document. */
  readonly path: string
  readonly message: string
}

/** All mistakes at once, readable as they are. */
export function invalidConfig(source: string, mistakes: readonly ConfigMistake[]): WatchqlError {
  const lines = mistakes.map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`)
  return new WatchqlError('INVALID_CONFIG', `${source} has ${mistakes.length === 1 ? 'a mistake' : `${mistakes.length} mistakes`}:\n${lines.join('\n')}`, { details: { mistakes } })
}
