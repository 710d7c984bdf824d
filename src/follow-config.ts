import { unwatchFile, watchFile } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Logger } from './base/logging.ts'

export interface FollowOptions {
  /** Looked at again and again; what it links to counts, as in a mounted ConfigMap. */
  readonly file?: string | undefined
  /** Reads it and takes it up; answers which settings would need a restart. */
  readonly reload: () => Promise<readonly string[]>
  readonly logger: Logger
  /** Default 2 seconds. */
  readonly everyMs?: number
}

/**
 * Takes up a configuration file when it changes, and at SIGHUP. A file with mistakes, or half
 * written, changes nothing: it is said once why, and looked at again when it changes again.
 * Returns the function that ends it.
 */
export function followConfig({ file, reload, logger, everyMs = 2000 }: FollowOptions): () => void {
  const takeUp = async () => {
    try {
      // Empty or gone would mean the defaults, and end every declared watch: it is a file being written, or a mistake.
      if (file !== undefined && (await readFile(file, 'utf8')).trim() === '') throw new Error(`${file} is empty`)
      const needRestart = await reload()
      logger.log('info', 'the changed configuration is taken up', needRestart.length === 0 ? {} : { needRestart })
    } catch (error) {
      logger.log('error', 'the changed configuration is not taken up; the old one stays in force', { message: error instanceof Error ? error.message : String(error) })
    }
  }
  // One after the other, so that the last change counts.
  let turn = Promise.resolve()
  const take = () => {
    turn = turn.then(takeUp)
  }
  if (file !== undefined) watchFile(file, { interval: everyMs, persistent: false }, take)
  process.on('SIGHUP', take)
  return () => {
    if (file !== undefined) unwatchFile(file, take)
    process.off('SIGHUP', take)
  }
}
