import { expandHome } from './connection.ts'
import type { CompletionContext } from './context.ts'
import { defaults } from './defaults.ts'
import type { ConfigMistake } from './mistakes.ts'
import type { DatabaseConfig } from './options.ts'
import type { RawConfig } from './raw.ts'

export function completeDatabase(raw: NonNullable<RawConfig['database']>, context: CompletionContext, mistakes: ConfigMistake[]): DatabaseConfig {
  const given = (['path', 'url', 'urlFile', 'urlEnv'] as const).filter((key) => raw[key])
  const [first, second] = given
  if (second !== undefined) mistakes.push({ path: `database.${second}`, message: `is given beside database.${first ?? ''}; what is kept is kept in one place` })
  // What is wrong with it is not shown: it has a password in it.
  if (raw.url && !URL.canParse(raw.url)) mistakes.push({ path: 'database.url', message: 'is no URL; it reads postgres://user:password@host:5432/database, with special characters in the password percent-encoded' })
  const url = raw.url ? { text: raw.url } : raw.urlFile ? { file: expandHome(raw.urlFile, context.home) } : raw.urlEnv ? { env: raw.urlEnv } : undefined
  return {
    ...(raw.path ? { path: raw.path } : {}),
    ...(url === undefined ? {} : { url }),
    connections: raw.connections ?? defaults.database.connections,
    timeoutMs: raw.timeoutMs ?? defaults.database.timeoutMs,
  }
}

/** Whether anything is there after a restart. */
export function isLasting({ path, url }: DatabaseConfig): boolean {
  return path !== undefined || url !== undefined
}
