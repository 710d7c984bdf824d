import { sql, type RawBuilder } from 'kysely'

type ColumnType = 'text' | 'integer' | 'bigint'

/**
 * Rows of ours as a table of a statement, `from ${givenRows('ended', ...)}`: one value however
 * many they are, so that a statement has one text, and neither side puts together or takes apart
 * a thousand parameters. `shared` where the database is PostgreSQL, which knows no U+0000.
 * https://www.postgresql.org/docs/current/functions-json.html, https://sqlite.org/json1.html
 */
export function givenRows<Columns extends Readonly<Record<string, ColumnType>>>(name: string, columns: Columns, rows: readonly { readonly [column in keyof Columns]: string | number | null }[], shared: boolean): RawBuilder<unknown> {
  const json = JSON.stringify(rows)
  if (shared) return sql`json_to_recordset(${json}) as ${sql.ref(name)} (${sql.join(Object.entries(columns).map(([column, type]) => sql`${sql.ref(column)} ${sql.raw(type)}`))})`
  return sql`(select ${sql.join(Object.keys(columns).map((column) => sql`value ->> ${sql.lit(`$.${column}`)} as ${sql.ref(column)}`))} from json_each(${json})) as ${sql.ref(name)}`
}
