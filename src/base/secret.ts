import { readFile } from 'node:fs/promises'
import type { Environment } from './environment.ts'
import { WatchqlError } from './errors.ts'

/** Where a secret stands. */
export type SecretSource = { readonly file: string } | { readonly env: string }

/** `of` says whose it is. Rejects with UNREADABLE_FILE or INVALID_CONFIG, which never show it. */
export async function readSecret(source: SecretSource, env: Environment, of: string): Promise<string> {
  if ('file' in source) return (await readText(source.file, of)).trim()
  const secret = env[source.env]
  if (!secret) throw new WatchqlError('INVALID_CONFIG', `The environment variable ${source.env}, a secret of ${of}, is not set.`)
  return secret.trim()
}

export async function readText(file: string, of: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new WatchqlError('UNREADABLE_FILE', `Cannot read ${file}, a secret of ${of}: ${(error as Error).message}.`, { cause: error })
  }
}
