import { randomUUID } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { databaseNow } from '../database/database-now.ts'
import type { JournalTables } from '../database/journal-tables.ts'
import type { GroupKind } from '../model/resource.ts'

export interface LeasesOptions {
  readonly tables: Kysely<JournalTables>
  readonly cluster: string
  /** How long a process that is not heard of keeps its kinds; by the database's clock. */
  readonly leaseMs: number
}

/** A kind that this process records: whoever takes over counts the epoch up, and older ones cannot write any more. */
export interface Lease extends GroupKind {
  readonly epoch: number
}

/** Who records which kind of one cluster, where several processes share the record. */
export class Leases {
  readonly #options: LeasesOptions
  /** Names this process among all that ever were. */
  readonly holder = randomUUID()

  constructor(options: LeasesOptions) {
    this.#options = options
  }

  get leaseMs(): number {
    return this.#options.leaseMs
  }

  /** Takes the kinds that nobody records, or whose recorder was not heard of for too long. Answers which it got. */
  async acquire(kinds: readonly GroupKind[]): Promise<readonly Lease[]> {
    if (kinds.length === 0) return []
    const { tables, cluster } = this.#options
    await tables
      .insertInto('journal_kinds')
      .values(kinds.map(({ group, kind }) => ({ cluster, group, kind, resource_version: '', sequence: 0, scope: '', resource: '', owner: '', epoch: 0, owned_until: 0 })))
      .onConflict((conflict) => conflict.doNothing())
      .execute()
    return this.#own()
      .set({ owner: this.holder, epoch: sql`epoch + 1`, owned_until: this.#until() })
      .where('owned_until', '<', databaseNow)
      .where((row) => row.or(kinds.map(({ group, kind }) => row.and({ group, kind }))))
      .returning(['group', 'kind', 'epoch'])
      .execute()
  }

  /** Says that this process is alive. Answers what it holds by now. */
  async renew(): Promise<readonly Lease[]> {
    return this.#own().set({ owned_until: this.#until() }).where('owner', '=', this.holder).where('owned_until', '>', 0).returning(['group', 'kind', 'epoch']).execute()
  }

  /** Lets somebody else take the kinds at once; without any, all. */
  async release(kinds?: readonly GroupKind[]): Promise<void> {
    const own = this.#own().set({ owned_until: 0 }).where('owner', '=', this.holder)
    await (kinds === undefined ? own : own.where((row) => row.or(kinds.map(({ group, kind }) => row.and({ group, kind }))))).execute()
  }

  #own() {
    return this.#options.tables.updateTable('journal_kinds').where('cluster', '=', this.#options.cluster)
  }

  #until() {
    return sql<number>`${databaseNow} + ${this.#options.leaseMs}`
  }
}
