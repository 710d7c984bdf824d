import { WatchqlError } from '../base/errors.ts'
import type { Discovery } from '../kubernetes/discovery.ts'
import type { GroupVersionResources, Subresource } from '../kubernetes/discovery-documents.ts'
import { apiVersionOf, normaliseGroup, type Resource } from '../model/resource.ts'
import { ok, type Envelope } from './envelope.ts'
import { Parameters } from './parameters.ts'

/** `GET /resources/apiGroups`: the served groups, as Kubernetes' APIGroupList, which leaves out the core group. */
export async function answerApiGroups(query: unknown, discovery: Discovery): Promise<Envelope> {
  const groupVersions = await servedBy(discovery, new Parameters(query, undefined))
  const byGroup = Map.groupBy(groupVersions, ({ group }) => group)
  byGroup.delete('')
  return ok('api groups', { kind: 'APIGroupList', apiVersion: 'v1', groups: [...byGroup].map(([name, served]) => apiGroup(name, served)) })
}

/** `GET /resources/apiGroupResources`: the resources of one group version, as Kubernetes' APIResourceList. */
export async function answerApiGroupResources(query: unknown, discovery: Discovery): Promise<Envelope> {
  const parameters = new Parameters(query, undefined)
  const [group, version] = [parameters.text('group'), parameters.text('version')]
  if (group === undefined || version === undefined) throw new WatchqlError('MISSING_KIND', 'Name the `group` (core for the core group) and its `version`.', { details: { data: { group, version } } })
  const groupVersion = apiVersionOf({ group: normaliseGroup(group), version })
  const found = (await servedBy(discovery, parameters)).find((served) => apiVersionOf(served) === groupVersion)
  if (found === undefined) throw new WatchqlError('NOT_FOUND', `The cluster serves no ${groupVersion}; /resources/apiGroups names what it serves.`)
  return ok('resource list', { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources: [...found.resources.map(apiResource), ...found.subresources.map(apiSubresource)] })
}

/** What is known, or what the server says now where nothing is known yet or the caller wants that. */
async function servedBy(discovery: Discovery, parameters: Parameters): Promise<readonly GroupVersionResources[]> {
  // Whatever else it says means no.
  if (parameters.text('forceUpdate') === 'true' || discovery.groupVersions().length === 0) await discovery.refresh()
  return discovery.groupVersions()
}

function apiGroup(name: string, served: readonly GroupVersionResources[]) {
  const versions = served.map((groupVersion) => ({ groupVersion: apiVersionOf(groupVersion), version: groupVersion.version }))
  const preferred = served.findIndex(({ resources }) => resources.some((resource) => resource.preferred))
  return { name, versions, preferredVersion: versions[Math.max(preferred, 0)] }
}

/** As Kubernetes' APIResource. */
export function apiResource({ plural, singular, namespaced, kind, verbs, shortNames, categories }: Resource) {
  return { name: plural, singularName: singular, namespaced, kind, verbs, ...(shortNames.length === 0 ? {} : { shortNames }), ...(categories.length === 0 ? {} : { categories }) }
}

function apiSubresource(subresource: Subresource) {
  return { ...subresource, singularName: '' }
}
