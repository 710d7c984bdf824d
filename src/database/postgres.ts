import { DatabaseError, Pool, TypeOverrides, types, type PoolClient } from 'pg'
import { PostgresDialect, sql, type Kysely, type PostgresPool, type PostgresPoolClient, type Transaction } from 'kysely'
import type { OpenedDialect } from './dialect.ts'
import { Preparation } from './preparation.ts'

export interface PostgresTarget {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full&sslrootcert=/ca.pem`, as libpq reads it. */
  readonly url: string
  /** Connections at most. */
  readonly connections: number
  /** For making a connection, and for each statement. */
  readonly timeoutMs: number
}

/**
 * Tables that fill and empty within seconds have no statistics to go by, and plans that are made
 * without read them whole, or sort all that waits for the sake of the first few. What we ask goes
 * by an index, whose pages are in memory; compiling it takes longer than it does. So the plan of
 * a prepared statement need not know the values either.
 */
const byIndexes = 'set enable_seqscan = off; set random_page_cost = 1; set enable_hashjoin = off; set enable_mergejoin = off; set enable_material = off; set jit = off; set plan_cache_mode = force_generic_plan'

/** A server that several processes may share. Connects with the first query, and anew after whatever breaks a connection. */
export function openPostgres({ url, connections, timeoutMs }: PostgresTarget): OpenedDialect {
  const overrides = new TypeOverrides()
  // Whole numbers of ours are far below 2^53; sums of them are told as numeric.
  for (const type of [types.builtins.INT8, types.builtins.NUMERIC]) overrides.setTypeParser(type, Number)
  const pool = new Pool({
    connectionString: url,
    application_name: 'watchql',
    max: connections,
    connectionTimeoutMillis: timeoutMs,
    // The server gives up first, so that what it did is known; ours is for a server that says nothing at all.
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 1000,
    // A process that hangs in the middle of a transaction must not lock the others out.
    idle_in_transaction_session_timeout: 2 * timeoutMs,
    keepAlive: true,
    types: overrides,
  })
  // Idle connections break too; the next query makes another.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => {
    // The pool listens only while a client is idle: one that breaks between two queries of a transaction would end the process. The next query says so.
    client.on('error', () => undefined)
    // Queued before any query of ours. One that fails says so at the next.
    void client.query(byIndexes).catch(() => undefined)
  })
  return { dialect: new PostgresDialect({ pool: givingUp(pool, new Preparation()) }), text: sql`text collate "C"`, name: shown(url), explain, relaxed, migrated: () => undefined, close: () => void pool.end().catch(() => undefined) }
}

/** Of a prepared statement: its columns have changed, it is not there, another has its name. https://www.postgresql.org/docs/current/errcodes-appendix.html */
const staleStatement: ReadonlySet<string> = new Set(['0A000', '26000', '42P05'])

/**
 * A connection on which one query was not answered answers no other, and one whose prepared
 * statements are not what they were, as when a newer replica adds a column, would fail again: they
 * are closed, not given to the next one who asks.
 */
function givingUp(pool: Pool, preparation: Preparation): PostgresPool {
  return {
    options: pool.options,
    end: () => (pool.ended ? Promise.resolve() : pool.end()),
    connect: async () => {
      const client = await pool.connect()
      let [isSilent, isStale] = [false, false]
      const query = async (text: string, values: readonly unknown[]) => {
        if (isSilent) throw new Error('The database does not answer.')
        try {
          return await client.query({ text, values: values as unknown[], name: preparation.nameOf(text) })
        } catch (error) {
          if (error instanceof Error && error.message === 'Query read timeout') isSilent = true
          if (error instanceof DatabaseError && staleStatement.has(error.code ?? '')) isStale = true
          throw error
        }
      }
      return { query, release: (destroy) => client.release(destroy === true || isSilent || isStale) } satisfies Pick<PostgresPoolClient, 'release'> & { query: unknown } as unknown as PostgresPoolClient & PoolClient
    },
  }
}

/** https://www.postgresql.org/docs/current/wal-async-commit.html */
async function relaxed<Tables, T>(tables: Kysely<Tables>, work: (transaction: Transaction<Tables>) => Promise<T>): Promise<T> {
  return tables.transaction().execute(async (transaction) => {
    await sql`set local synchronous_commit = off`.execute(transaction)
    return work(transaction)
  })
}

function explain(cause: unknown): string | undefined {
  const { code, message } = cause as { readonly code?: string; readonly message?: string }
  if (code === 'ECONNREFUSED' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `the server cannot be reached (${message || code})`
  // https://www.postgresql.org/docs/current/errcodes-appendix.html
  if (code === '3D000') return `${message}; create it first`
  if (code?.startsWith('28') === true) return `the server does not let us in: ${message}`
  if (code === '42501') return `${message}; the user needs the right to create tables in its schema`
  return undefined
}

/** Without the user's password. */
function shown(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
