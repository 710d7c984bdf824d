import type { Entry } from './entry.ts'
import { indexPolicy, type IndexPolicy } from './field-indexes.ts'
import { Indexes } from './indexes.ts'
import { Revisions } from './revisions.ts'
import type { SearchPolicy } from './search/search.ts'
import { SortedEntries } from './sorted-entries.ts'

/** What a store holds, shared by its one writer and its listers. */
export class Contents {
  readonly entries = new Map<string, Entry>()
  /** Of all entries together. */
  bytes = 0
  readonly #policy: IndexPolicy
  readonly #search: SearchPolicy | undefined
  #sorted = new SortedEntries()
  #revisions = new Revisions()
  #indexes: Indexes

  constructor(policy: IndexPolicy = indexPolicy, search?: SearchPolicy) {
    this.#policy = policy
    this.#search = search
    this.#indexes = new Indexes(this.entries, this.#sorted, policy, search)
  }

  get sorted(): SortedEntries {
    return this.#sorted
  }

  get indexes(): Indexes {
    return this.#indexes
  }

  get revisions(): Revisions {
    return this.#revisions
  }

  clear(): void {
    this.entries.clear()
    this.bytes = 0
    this.#revisions = new Revisions()
    this.#sorted = new SortedEntries()
    this.#indexes = new Indexes(this.entries, this.#sorted, this.#policy, this.#search)
  }
}
