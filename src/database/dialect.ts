import type { ColumnDataType, Dialect, RawBuilder } from 'kysely'
import { WatchqlError } from '../base/errors.ts'

/** The type of texts whose order is that of their bytes, whatever language a database is set to. */
export type TextType = ColumnDataType | RawBuilder<unknown>

/** One way to a database: how it is spoken with, and what its failures mean. */
export interface OpenedDialect {
  readonly dialect: Dialect
  readonly text: TextType
  /** As it is shown: without secrets. */
  readonly name: string
  /** Why, and what to do; undefined where the cause says it best. */
  explain(cause: unknown): string | undefined
  close(): void
}

export function databaseFailed(name: string, cause: unknown, explain: OpenedDialect['explain']): WatchqlError {
  const message = cause instanceof Error ? cause.message : String(cause)
  const reason = explain(cause) ?? (/corrupted migrations/i.test(message) ? 'a newer version of the service made it' : message)
  return new WatchqlError('DATABASE_FAILED', `Cannot use the database ${name}: ${reason}.`, { cause })
}
