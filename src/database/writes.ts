import { sql, type OperationNodeSource, type Transaction } from 'kysely'
import { slices } from '../base/slices.ts'

/** An insert, update or delete whose answer nobody needs. */
export type Write = OperationNodeSource & { execute(): Promise<unknown> }

/** With the rows that ours have, a statement of so many stays within the 65,535 values that PostgreSQL takes. */
const perStatement = 8

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

  /** Writes what was gathered: at the end, and before anything that reads it. */
  async flush(): Promise<void> {
    const gathered = this.#gathered
    this.#gathered = []
    if (!this.#together || gathered.length < 2) for (const write of gathered) await write.execute()
    else for (const some of slices(gathered, perStatement)) await sql`with ${sql.join(some.map((write, index) => sql`${sql.ref(`part_${index}`)} as (${write})`))} select 1`.execute(this.transaction)
  }
}
