import type { Scope } from '../access/scope.ts'
import { Contents } from './contents.ts'
import type { IndexPolicy } from './field-indexes.ts'
import type { Lister } from './lister.ts'
import { ScopedLister } from './scoped-lister.ts'
import { StoreWriter, type StoreWriterOptions } from './store-writer.ts'

export interface StoreOptions extends StoreWriterOptions {
  readonly indexes?: IndexPolicy
}

/** One kind's cache: a writer for its reflector, listers for everybody else. */
export interface Store {
  readonly writer: StoreWriter
  size(): number
  lister(scope: Scope): Lister
}

export function createStore(cluster: string, options: StoreOptions): Store {
  const contents = new Contents(options.indexes)
  return {
    writer: new StoreWriter(contents, options),
    size: () => contents.entries.size,
    lister: (scope) => new ScopedLister(cluster, options.resource, contents, scope),
  }
}
