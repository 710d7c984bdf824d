import { createHash } from 'node:crypto'
import { apiVersionOf } from '../../model/resource.ts'
import type { Exchange } from './exchange.ts'
import type { Registry } from './kinds/registry.ts'
import type { ServedKind, Subresource } from './kinds/served-kind.ts'
import { noSuchPath } from './status.ts'

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList'
const subresourceVerbs = ['get', 'patch', 'update']

/**
 * What is served, in both forms: a document per group version, or all in one, where the client
 * prefers that (KEP-3352) and the server offers it. False when the path is none of discovery's.
 * Throws 404 for a group version that is not served.
 */
export function answerDiscovery(exchange: Exchange, registry: Registry, offersAggregated: boolean): boolean {
  const { path } = exchange.info
  const groups = [...registry.groups()]
  if (path === '/api' || path === '/apis') {
    const members = groups.filter(([group]) => (group === '') === (path === '/api'))
    if (offersAggregated && prefersAggregated(exchange)) answerAggregated(exchange, registry, members)
    else if (path === '/api') exchange.json(200, { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] })
    else exchange.json(200, { kind: 'APIGroupList', apiVersion: 'v1', groups: members.map(groupDocument) })
    return true
  }
  const [, root, group = '', version = ''] = /^\/(apis?)\/(?:(?<=apis\/)([^/]+)\/?)?([^/]*)$/.exec(path) ?? []
  if (root === undefined) return false
  const known = groups.find(([name]) => name === group)
  if (known === undefined) return false
  if (version === '') exchange.json(200, { kind: 'APIGroup', apiVersion: 'v1', ...groupDocument(known) })
  else if (known[1].includes(version)) exchange.json(200, resourceList(group, version, registry))
  else throw noSuchPath()
  return true
}

function prefersAggregated(exchange: Exchange): boolean {
  const wanted = (exchange.header('accept') ?? '').split(',')
  return wanted.some((type) => type.includes('as=APIGroupDiscoveryList') && /\bv=v2(;|$)/.test(type.trim()))
}

function groupDocument([name, versions]: readonly [string, readonly string[]]) {
  const entries = versions.map((version) => ({ groupVersion: apiVersionOf({ group: name, version }), version }))
  return { name, versions: entries, preferredVersion: entries[0] }
}

function resourceList(group: string, version: string, registry: Registry): object {
  const resources = registry.in({ group, version }).flatMap((kind) => {
    const { plural, singular, namespaced, kind: name, verbs, shortNames, categories } = kind.resource
    const lists = { ...(shortNames.length === 0 ? {} : { shortNames }), ...(categories.length === 0 ? {} : { categories }) }
    return [
      { name: plural, singularName: singular, namespaced, kind: name, verbs, ...lists },
      ...sorted(kind.subresources).map((subresource) => ({ name: `${plural}/${subresource}`, singularName: '', namespaced, ...scaleKind(subresource), ...(subresource === 'scale' ? {} : { kind: name }), verbs: subresourceVerbs })),
    ]
  })
  return { kind: 'APIResourceList', ...(group === '' ? {} : { apiVersion: 'v1' }), groupVersion: apiVersionOf({ group, version }), resources }
}

function answerAggregated(exchange: Exchange, registry: Registry, groups: readonly (readonly [string, readonly string[]])[]): void {
  exchange.contentType = aggregatedType
  const document = {
    kind: 'APIGroupDiscoveryList',
    apiVersion: 'apidiscovery.k8s.io/v2',
    metadata: {},
    items: groups.map(([name, versions]) => ({
      metadata: name === '' ? {} : { name },
      versions: versions.map((version) => ({ version, resources: registry.in({ group: name, version }).map(aggregatedResource), ...(name === '' ? {} : { freshness: 'Current' }) })),
    })),
  }
  const etag = `"${createHash('sha512').update(JSON.stringify(document)).digest('hex').toUpperCase()}"`
  // A fault that rewrites the document makes another one of it.
  if (exchange.rewriters.length > 0) return exchange.json(200, document)
  if (exchange.header('if-none-match') !== etag) return exchange.json(200, document, { etag })
  exchange.begin(304, { etag })
  exchange.end()
}

function aggregatedResource(kind: ServedKind): object {
  const { resource, subresources, custom } = kind
  // Built-in kinds leave group and version to the surrounding document, as the real server does.
  const responseKind = { group: custom ? resource.group : '', version: custom ? resource.version : '', kind: resource.kind }
  const inner = sorted(subresources).map((subresource) => ({ subresource, responseKind: { ...responseKind, ...scaleKind(subresource) }, verbs: subresourceVerbs }))
  return {
    resource: resource.plural,
    responseKind,
    scope: resource.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: resource.verbs,
    ...(resource.shortNames.length === 0 ? {} : { shortNames: resource.shortNames }),
    ...(resource.categories.length === 0 ? {} : { categories: resource.categories }),
    ...(inner.length === 0 ? {} : { subresources: inner }),
  }
}

const scaleKind = (subresource: Subresource) => (subresource === 'scale' ? { group: 'autoscaling', version: 'v1', kind: 'Scale' } : {})

const sorted = (subresources: readonly Subresource[]) => [...subresources].sort()
