import { sql, type Insertable, type InsertQueryBuilder, type InsertResult, type OperationNodeSource, type Transaction } from 'kysely'
import { slices } from '../base/slices.ts'
import { givenRecords } from './given-rows.ts'

/** An insert, update or delete whose answer nobody needs. */
export type Write = OperationNodeSource & { execute(): Promise<unknown> }

type Inserting<Tables, Table extends keyof Tables> = InsertQueryBuilder<Tables, Table, InsertResult>

/** Parts of one statement. */
const perStatement = 8
/** Rows of a statement that has a parameter for each of their values. */
const rowsPerStatement = 200

/**
 * What a transaction writes without reading it back, gathered. A server is asked once for several
 * of them, as parts of one statement, instead of once for each: such parts do not see each other
 * and run in any order, so none may depend on another. https://www.postgresql.org/docs/current/queries-with.html
 */
export class Writes<Tables> {
  readonly transaction: Transaction<Tables>
  readonly #together: boolean
  #gathered: Write[] = []

  /** `together` where the database is a server. */
  constructor(transaction: Transaction<Tables>, together: boolean) {
    this.transaction = transaction
    this.#together = together
  }

  add(write: Write): void {
    this.#gathered.push(write)
  }

  /**
   * Adds new rows of one table, which all have the same columns; written in their order.
   * `finished` says what becomes of those that are there already.
   */
  async insert<Table extends keyof Tables & string>(table: Table, rows: readonly Insertable<Tables[Table]>[], finished: (insert: Inserting<Tables, Table>) => Write = (insert) => insert): Promise<void> {
    const insert = () => this.transaction.insertInto(table) as Inserting<Tables, Table>
    if (!this.#together) for (const some of slices(rows, rowsPerStatement)) this.add(finished(insert().values(some)))
    else
      for (const [index, records] of givenRecords(table, rows).entries()) {
        // The parts of one statement have no order.
        if (index > 0) await this.flush()
        this.add(finished(insert().columns(records.columns as never).expression(records.rows)))
      }
  }

  /** Writes what was gathered: at the end, and before anything that reads it. */
  async flush(): Promise<void> {
    const gathered = this.#gathered
    this.#gathered = []
    if (!this.#together || gathered.length < 2) for (const write of gathered) await write.execute()
    else for (const some of slices(gathered, perStatement)) await sql`with ${sql.join(some.map((write, index) => sql`${sql.ref(`part_${index}`)} as (${write})`))} select 1`.execute(this.transaction)
  }
}
