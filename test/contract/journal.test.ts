import { sqliteFile } from '../support/databases.ts'
import { journalContract } from './suites/journal.ts'

journalContract('SQLite', sqliteFile)
