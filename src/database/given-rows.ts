import { sql, type RawBuilder, type SqlBool } from 'kysely'

type Columns = Readonly<Record<string, 'text' | 'integer' | 'bigint'>>
type Rows<Of extends Columns> = readonly { readonly [column in keyof Of]: string | number | null }[]

/**
 * Rows of ours as a table of a statement, `from ${givenRows('ended', ...)}`: one value however
 * many they are, so that a statement has one text, and neither side puts together or takes apart
 * a thousand parameters. `shared` where the database is PostgreSQL, which knows no U+0000.
 * https://www.postgresql.org/docs/current/functions-json.html, https://sqlite.org/json1.html
 */
export function givenRows<Of extends Columns>(name: string, columns: Of, rows: Rows<Of>, shared: boolean): RawBuilder<unknown> {
  const names = Object.keys(columns)
  if (shared) return sql`json_to_recordset(${JSON.stringify(rows)}) as ${sql.ref(name)} (${sql.join(Object.entries(columns).map(([column, type]) => sql`${sql.ref(column)} ${sql.raw(type)}`))})`
  return sql`(select ${sql.join(names.map((column, at) => sql`value ->> ${sql.lit(at)} as ${sql.ref(column)}`))} from json_each(${JSON.stringify(rows.map((row) => names.map((column) => row[column])))})) as ${sql.ref(name)}`
}

/**
 * Whether a row is one of ours, by the columns of a key. All of them from our rows: PostgreSQL
 * would take what is said of a column once for nearly all that is to be said, and read whatever
 * it holds for.
 */
export function isGiven<Of extends Columns>(columns: Of, rows: Rows<Of>, shared: boolean): RawBuilder<SqlBool> {
  const names = sql.join(Object.keys(columns).map((column) => sql.ref(column)))
  return sql`(${names}) in (select ${names} from ${givenRows('given', columns, rows, shared)})`
}

/** Letters in one value, unless a single row has more: bodies are large, and a string has its limit. */
const maxLetters = 4_000_000

/**
 * New rows of a table of a PostgreSQL server, for its columns in this order: as few values as
 * they fit into.
 */
export function givenRecords(table: string, rows: readonly object[]): readonly { readonly columns: readonly string[]; readonly rows: RawBuilder<unknown> }[] {
  const [first] = rows
  if (first === undefined) return []
  const columns = Object.keys(first)
  const values: string[][] = []
  let letters = Infinity
  for (const row of rows) {
    const json = JSON.stringify(row)
    letters += json.length
    if (letters > maxLetters) {
      values.push([])
      letters = json.length
    }
    values.at(-1)?.push(json)
  }
  return values.map((some) => ({ columns, rows: sql`select ${sql.join(columns.map((column) => sql.ref(column)))} from json_populate_recordset(null::${sql.table(table)}, ${`[${some.join(',')}]`})` }))
}
