import { sql, type RawBuilder } from 'kysely'

/**
 * Rows as one parameter, a table whose column `value` is read as `value->>0` and so on: the
 * statement's text stays the same however many there are, and is made, prepared and bound once.
 * Texts must be well-formed and without NUL, which PostgreSQL has no character for.
 */
export function elementsOf(rows: readonly (readonly (string | number | null)[])[], shared: boolean): RawBuilder<unknown> {
  const json = JSON.stringify(rows)
  return shared ? sql`json_array_elements(cast(${json} as json)) as elements (value)` : sql`json_each(${json}) as elements`
}
