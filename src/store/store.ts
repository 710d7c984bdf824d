import type { Scope } from '../access/scope.ts'
import { Contents } from './contents.ts'
import type { IndexPolicy } from './field-indexes.ts'
import type { Lister } from './lister.ts'
import type { SearchPolicy } from './search/search.ts'
import { ScopedLister } from './scoped-lister.ts'
import { StoreWriter, type StoreWriterOptions } from './store-writer.ts'

export interface StoreOptions extends StoreWriterOptions {
  readonly indexes?: IndexPolicy
  readonly search?: SearchPolicy
}

/** One kind's cache: a writer for its reflector, listers for everybody else. */
export interface Store {
  readonly writer: StoreWriter
  size(): number
  /** Length of the JSON texts of its objects; in memory they take about half of that. */
  bytes(): number
  /** Forgets all objects without a word to the feed: they are not deleted, only no longer known. */
  discard(): void
  lister(scope: Scope): Lister
}

export function createStore(cluster: string, options: StoreOptions): Store {
  const contents = new Contents(options.indexes, options.search)
  const writer = new StoreWriter(contents, options)
  return {
    writer,
    size: () => contents.entries.size,
    bytes: () => contents.bytes,
    discard: () => writer.discard(),
    lister: (scope) => new ScopedLister(cluster, options.resource, contents, scope),
  }
}
