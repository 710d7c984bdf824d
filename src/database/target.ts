import type { Environment } from '../base/environment.ts'
import { WatchqlError } from '../base/errors.ts'
import { readSecret, type SecretSource } from '../base/secret.ts'
import type { DatabaseTarget } from './database.ts'

/** What a configuration says of the database: a file, a server, or nothing. */
export interface DatabaseChoice {
  readonly path?: string
  readonly url?: { readonly text: string } | SecretSource
  readonly connections: number
  readonly timeoutMs: number
}

/** Rejects with UNREADABLE_FILE or INVALID_CONFIG, which never show the URL: it has a password in it. */
export async function databaseTarget({ path, url, connections, timeoutMs }: DatabaseChoice, env: Environment): Promise<DatabaseTarget> {
  if (url === undefined) return { path: path ?? ':memory:' }
  const text = 'text' in url ? url.text : await readSecret(url, env, 'the database')
  if (!/^postgres(ql)?:\/\//.test(text) || !URL.canParse(text)) throw new WatchqlError('INVALID_CONFIG', "The database's URL is none; it reads postgres://user:password@host:5432/database, with special characters in the password percent-encoded.")
  return { url: text, connections, timeoutMs }
}
