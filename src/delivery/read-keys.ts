import { readFile } from 'node:fs/promises'
import type { Environment } from '../base/environment.ts'
import { WatchqlError } from '../base/errors.ts'
import type { SecretSource } from '../config/options.ts'
import type { SigningKey } from '../model/sink.ts'

/** The secrets that a configuration points at. Rejects with UNREADABLE_FILE or INVALID_CONFIG, which never show them. */
export function readKeys(sources: readonly SecretSource[], env: Environment, webhook: string): Promise<readonly SigningKey[]> {
  return Promise.all(
    sources.map(async (source) => {
      if ('file' in source) return { secret: (await readText(source.file, webhook)).trim() }
      const secret = env[source.env]
      if (!secret) throw new WatchqlError('INVALID_CONFIG', `The environment variable ${source.env}, the secret of the webhook ${webhook}, is not set.`)
      return { secret: secret.trim() }
    }),
  )
}

async function readText(file: string, webhook: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new WatchqlError('UNREADABLE_FILE', `Cannot read ${file}, the secret of the webhook ${webhook}: ${(error as Error).message}.`, { cause: error })
  }
}
