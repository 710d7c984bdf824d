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
      fieldSelector: joined(fields.map(([field, value]) => [field, escapeFieldValue(value)])),
      labelSelector: joined(labels),
    },
  }
}

function joined(requirements: readonly (readonly [string, string])[]): string | undefined {
  return requirements.length === 0 ? undefined : requirements.map(([key, value]) => `${key}=${value}`).join(',')
}

function escapeFieldValue(value: string): string {
  return value.replace(/[\\,=]/g, '\\$&')
}
