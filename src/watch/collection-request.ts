import { collectionPath, type Resource } from '../model/resource.ts'
import type { WatchOptions } from '../model/watch-options.ts'

export interface CollectionRequest {
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
}

/** The path and selectors that list and watch requests of a collection have in common. */
export function collectionRequest(resource: Resource, options: WatchOptions): CollectionRequest {
  const fields = Object.entries({ ...options.fieldSelector, ...(options.name === undefined ? {} : { 'metadata.name': options.name }) })
  const labels = Object.entries(options.labelSelector ?? {})
  return {
    path: collectionPath(resource, options.namespace),
    query: {
      ...options.queryParameters,
      ...selector('fieldSelector', options, fields.map(([field, value]) => `${field}=${escapeFieldValue(value)}`)),
      ...selector('labelSelector', options, labels.map(([key, value]) => `${key}=${value}`)),
    },
  }
}

/** What the maps ask for, beside what the query parameters say of the same selector. */
function selector(name: 'fieldSelector' | 'labelSelector', options: WatchOptions, requirements: readonly string[]): Readonly<Record<string, string>> {
  const written = options.queryParameters?.[name]
  const all = written ? [written, ...requirements] : requirements
  return all.length === 0 ? {} : { [name]: all.join(',') }
}

function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&')
}
