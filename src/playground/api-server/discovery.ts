import type { Resource } from '../../model/resource.ts'
import type { Exchange } from './exchange.ts'
import type { Registry } from './registry.ts'

/** What is served, in both forms that clients ask for: a document per group version, or one for all (KEP-3352). */
export function answerDiscovery(exchange: Exchange, registry: Registry, aggregated: boolean): boolean {
  const { path } = exchange.info
  const wantsAggregated = aggregated && (exchange.header('accept') ?? '').includes('as=APIGroupDiscoveryList')
  const groups = [...registry.groups()]
  if (path === '/api') {
    if (wantsAggregated) answerAggregated(exchange, registry, groups.filter(([group]) => group === ''))
    else exchange.json(200, { kind: 'APIVersions', versions: ['v1'] })
    return true
  }
  const named = groups.filter(([group]) => group !== '')
  if (path === '/apis') {
    if (wantsAggregated) answerAggregated(exchange, registry, named)
    else exchange.json(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: named.map(groupDocument) })
    return true
  }
  const [, root, group = '', version = ''] = /^\/(api|apis)\/([^/]+)(?:\/([^/]+))?$/.exec(path) ?? []
  if (root === undefined) return false
  const resources = root === 'api' ? registry.in('', group) : registry.in(group, version)
  if (resources.length === 0) return false
  exchange.json(200, {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: root === 'api' ? group : `${group}/${version}`,
    resources: resources.map(({ plural, singular, namespaced, kind, verbs, shortNames, categories }) => ({ name: plural, singularName: singular, namespaced, kind, verbs, shortNames, categories })),
  })
  return true
}

function groupDocument([name, versions]: [string, string[]]) {
  const entries = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }))
  return { name, versions: entries, preferredVersion: entries[0] }
}

function answerAggregated(exchange: Exchange, registry: Registry, groups: readonly [string, string[]][]): void {
  exchange.contentType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
  exchange.json(200, {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(([name, versions]) => ({
      metadata: name === '' ? { creationTimestamp: null } : { name, creationTimestamp: null },
      versions: versions.map((version) => ({ version, freshness: 'Current', resources: registry.in(name, version).map(resourceDocument) })),
    })),
  })
}

function resourceDocument(resource: Resource) {
  return {
    resource: resource.plural,
    responseKind: { group: resource.group, version: resource.version, kind: resource.kind },
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    shortNames: resource.shortNames,
    categories: resource.categories,
  }
}
