import { sql, type Kysely, type SqlBool } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { TextType } from './dialect.ts'

/** Times are milliseconds since the epoch. */
export interface DeliveryTables {
  /** Where events go, and how that stands. */
  readonly sinks: {
    readonly id: string
    /** `CONFIG` or `API`. */
    readonly origin: string
    /** JSON of the definition. */
    readonly definition: string
    /** `ACTIVE`, `PAUSED` or `DISABLED`. */
    readonly state: string
    readonly reason: string | null
    readonly created_at: number
    /** When a replica last said that its configuration declares it. */
    readonly seen_at: number
  }
  /** Which kinds a sink has begun with: their snapshot, if it wants one, is in its outbox. */
  readonly sink_kinds: { readonly sink: string; readonly cluster: string; readonly group: string; readonly kind: string }
  /** One event for one sink. */
  readonly deliveries: {
    readonly sink: string
    readonly event: string
    /** The object's uid: what has one lane is delivered in order. */
    readonly lane: string
    /** As the sink is told: an object that leaves the filter is DELETED. */
    readonly type: string
    readonly reason: string | null
    /** The event whose old state is this one's: those between were left out. Empty: the event's own. */
    readonly base: string
    /** How many states in between were left out. */
    readonly coalesced: number
    /** `PENDING`, `DELIVERED` or `DEAD`. */
    readonly state: string
    readonly attempts: number
    readonly attempted_at: number | null
    /** Null while pending. */
    readonly finished_at: number | null
    readonly status: number | null
    readonly duration_ms: number | null
    readonly error: string | null
  }
  /** The objects that a sink still has deliveries pending of, and when their next one is due. */
  readonly lanes: {
    readonly sink: string
    readonly lane: string
    readonly pending: number
    readonly due_at: number
    /** Where the database is shared: by the database's clock, and by which hold. */
    readonly held_until: number
    readonly holder: string
  }
}

export const deliveryMigrations = (text: TextType): Readonly<Record<string, Migration>> => ({
  '2026-11-24-outbox': {
    up: async (tables: Kysely<unknown>) => {
      const { schema } = tables
      await schema
        .createTable('sinks')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('origin', text, (column) => column.notNull())
        .addColumn('definition', text, (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addColumn('reason', text)
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .execute()
      await schema
        .createTable('sink_kinds')
        .addColumn('sink', text, (column) => column.notNull())
        .addColumn('cluster', text, (column) => column.notNull())
        .addColumn('group', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addPrimaryKeyConstraint('sink_kinds_key', ['sink', 'cluster', 'group', 'kind'])
        .execute()
      await schema
        .createTable('deliveries')
        .addColumn('sink', text, (column) => column.notNull())
        .addColumn('event', text, (column) => column.notNull())
        .addColumn('lane', text, (column) => column.notNull())
        .addColumn('type', text, (column) => column.notNull())
        .addColumn('reason', text)
        .addColumn('base', text, (column) => column.notNull())
        .addColumn('coalesced', 'integer', (column) => column.notNull())
        .addColumn('state', text, (column) => column.notNull())
        .addColumn('attempts', 'integer', (column) => column.notNull())
        .addColumn('attempted_at', 'bigint')
        .addColumn('finished_at', 'bigint')
        .addColumn('status', 'integer')
        .addColumn('duration_ms', 'integer')
        .addColumn('error', text)
        .addPrimaryKeyConstraint('deliveries_key', ['sink', 'event'])
        .execute()
      await schema.createIndex('deliveries_pending').on('deliveries').columns(['sink', 'lane', 'event']).where(sql<SqlBool>`state = 'PENDING'`).execute()
      await schema.createIndex('deliveries_finished').on('deliveries').columns(['sink', 'state', 'finished_at']).where(sql<SqlBool>`finished_at is not null`).execute()
      await schema.createIndex('deliveries_of_event').on('deliveries').columns(['event']).execute()
      await schema.createIndex('deliveries_based_on').on('deliveries').columns(['base']).where(sql<SqlBool>`base <> ''`).execute()
      await schema
        .createTable('lanes')
        .addColumn('sink', text, (column) => column.notNull())
        .addColumn('lane', text, (column) => column.notNull())
        .addColumn('pending', 'integer', (column) => column.notNull())
        .addColumn('due_at', 'bigint', (column) => column.notNull())
        .addColumn('held_until', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('lanes_key', ['sink', 'lane'])
        .execute()
      await schema.createIndex('lanes_due').on('lanes').columns(['sink', 'due_at']).execute()
    },
  },
  '2026-11-28-replicas': {
    up: async (tables: Kysely<unknown>) => {
      await tables.schema.alterTable('lanes').addColumn('holder', text, (column) => column.notNull().defaultTo('')).execute()
      await tables.schema.alterTable('sinks').addColumn('seen_at', 'bigint', (column) => column.notNull().defaultTo(0)).execute()
    },
  },
})
