import { sqliteFile } from '../support/databases.ts'
import { outboxContract } from './suites/outbox.ts'

outboxContract('SQLite', sqliteFile)
