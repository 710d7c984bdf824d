import type { Entry } from './entry.ts'
import { indexPolicy, type IndexPolicy } from './field-indexes.ts'
import { Indexes } from './indexes.ts'
import { SortedEntries } from './sorted-entries.ts'

/** What a store holds, shared by its one writer and its listers. */
export class Contents {
  readonly entries = new Map<string, Entry>()
  readonly sorted = new SortedEntries()
  readonly indexes: Indexes

  constructor(policy: IndexPolicy = indexPolicy) {
    this.indexes = new Indexes(this.entries, policy)
  }
}
