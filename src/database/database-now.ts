import { sql } from 'kysely'

/** PostgreSQL's clock in milliseconds since the epoch: the one clock that all who share a database have. */
export const databaseNow = sql<number>`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)`
