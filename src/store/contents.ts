import type { Entry } from './entry.ts'
import { Indexes } from './indexes.ts'
import { SortedEntries } from './sorted-entries.ts'

/** What a store holds, shared by its one writer and its listers. */
export class Contents {
  readonly entries = new Map<string, Entry>()
  readonly sorted = new SortedEntries()
  readonly indexes = new Indexes(() => this.entries.values())
}
