import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { TextType } from './dialect.ts'

/** Numbers are whole; 0 and 1 stand for false and true; times are milliseconds since the epoch. */
export interface JournalTables {
  /** One row: which journal this is. Its events' ids are like no other's. */
  readonly journal: { readonly name: string; readonly value: string }
  /** What has been recorded of each kind, as far as its `resource_version`. */
  readonly journal_kinds: {
    readonly cluster: string
    readonly group: string
    readonly kind: string
    readonly resource_version: string
    /** Of the newest event; the events of a kind are numbered without end. */
    readonly sequence: number
    /** JSON of the watch's options: with other ones, what is missing in a list need not be deleted. */
    readonly scope: string
    /** Who records the kind, since which change of hands, until when. */
    readonly owner: string
    readonly epoch: number
    readonly owned_until: number
    /** JSON of how it was served; empty where that is not known. */
    readonly resource: string
  }
  /** The last state of each object that was recorded. */
  readonly journal_objects: {
    readonly cluster: string
    readonly group: string
    readonly kind: string
    /** `namespace/name`. */
    readonly key: string
    readonly version: string
    readonly uid: string
    readonly resource_version: string
    /** JSON; null where a restart forgets everything anyway. */
    readonly body: string | null
  }
  /** Kept as long as a reader needs them. */
  readonly journal_events: {
    readonly id: string
    readonly cluster: string
    readonly group: string
    readonly version: string
    readonly kind: string
    readonly namespace: string
    readonly name: string
    readonly uid: string
    readonly resource_version: string
    readonly sequence: number
    readonly type: string
    readonly reason: string | null
    readonly final_state_unknown: number
    readonly observed_at: number
    readonly body: string
    readonly old_body: string | null
  }
}

export const journalMigrations = (text: TextType): Readonly<Record<string, Migration>> => ({
  '2026-11-24-journal': {
    up: async (tables: Kysely<unknown>) => {
      const { schema } = tables
      await schema
        .createTable('journal')
        .addColumn('name', text, (column) => column.primaryKey())
        .addColumn('value', text, (column) => column.notNull())
        .execute()
      await schema
        .createTable('journal_kinds')
        .addColumn('cluster', text, (column) => column.notNull())
        .addColumn('group', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('resource_version', text, (column) => column.notNull())
        .addColumn('sequence', 'bigint', (column) => column.notNull())
        .addColumn('scope', text, (column) => column.notNull())
        .addColumn('owner', text, (column) => column.notNull())
        .addColumn('epoch', 'bigint', (column) => column.notNull())
        .addColumn('owned_until', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('journal_kinds_key', ['cluster', 'group', 'kind'])
        .execute()
      await schema
        .createTable('journal_objects')
        .addColumn('cluster', text, (column) => column.notNull())
        .addColumn('group', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('key', text, (column) => column.notNull())
        .addColumn('version', text, (column) => column.notNull())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('resource_version', text, (column) => column.notNull())
        .addColumn('body', text)
        .addPrimaryKeyConstraint('journal_objects_key', ['cluster', 'group', 'kind', 'key'])
        .execute()
      await schema
        .createTable('journal_events')
        .addColumn('id', text, (column) => column.primaryKey())
        .addColumn('cluster', text, (column) => column.notNull())
        .addColumn('group', text, (column) => column.notNull())
        .addColumn('version', text, (column) => column.notNull())
        .addColumn('kind', text, (column) => column.notNull())
        .addColumn('namespace', text, (column) => column.notNull())
        .addColumn('name', text, (column) => column.notNull())
        .addColumn('uid', text, (column) => column.notNull())
        .addColumn('resource_version', text, (column) => column.notNull())
        .addColumn('sequence', 'bigint', (column) => column.notNull())
        .addColumn('type', text, (column) => column.notNull())
        .addColumn('reason', text)
        .addColumn('final_state_unknown', 'integer', (column) => column.notNull())
        .addColumn('observed_at', 'bigint', (column) => column.notNull())
        .addColumn('body', text, (column) => column.notNull())
        .addColumn('old_body', text)
        .execute()
    },
  },
  '2026-11-28-recorded-resources': {
    up: (tables: Kysely<unknown>) =>
      tables.schema
        .alterTable('journal_kinds')
        .addColumn('resource', text, (column) => column.notNull().defaultTo(''))
        .execute(),
  },
})
