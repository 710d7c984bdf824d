import { WatchqlError } from '../base/errors.ts'
import type { KubernetesClient } from './client.ts'
import {
  aggregatedAccept,
  readAggregated,
  readResourceList,
  type AggregatedDocument,
  type CoreVersionsDocument,
  type GroupListDocument,
  type GroupVersionResources,
  type ResourceListDocument,
} from './discovery-documents.ts'
import { requestJson } from './json-body.ts'

/**
 * Asks the server what it serves: two requests where it aggregates discovery, one per group
 * version elsewhere. Rejects for documents that are none of discovery's: what they do not name
 * would count as gone.
 */
export async function discover(client: KubernetesClient): Promise<GroupVersionResources[]> {
  const [core, groups] = await Promise.all([discoverCore(client), discoverGroups(client)])
  if (core.length === 0 || groups.length === 0) throw new WatchqlError('BAD_SERVER_ANSWER', `The API server says that it serves no ${core.length === 0 ? 'core kinds' : 'groups'}.`)
  return [...core, ...groups]
}

async function discoverCore(client: KubernetesClient): Promise<GroupVersionResources[]> {
  const document = (await requestJson(client, { path: '/api', accept: aggregatedAccept })) as AggregatedDocument | CoreVersionsDocument
  check('/api', document, 'APIVersions', 'APIGroupDiscoveryList')
  if (document.kind === 'APIGroupDiscoveryList') return readAggregated(document)
  return Promise.all((document.versions ?? []).map((version, position) => discoverVersion(client, `/api/${version}`, '', version, position === 0)))
}

async function discoverGroups(client: KubernetesClient): Promise<GroupVersionResources[]> {
  const document = (await requestJson(client, { path: '/apis', accept: aggregatedAccept })) as AggregatedDocument | GroupListDocument
  check('/apis', document, 'APIGroupList', 'APIGroupDiscoveryList')
  if (document.kind === 'APIGroupDiscoveryList') return readAggregated(document)
  return Promise.all(
    (document.groups ?? []).flatMap((group) =>
      (group.versions ?? []).map(({ version }) =>
        discoverVersion(client, `/apis/${group.name}/${version}`, group.name, version, version === group.preferredVersion?.version),
      ),
    ),
  )
}

/** One group version that does not answer (an aggregated server that is down) must not hide the others. */
async function discoverVersion(client: KubernetesClient, path: string, group: string, version: string, preferred: boolean): Promise<GroupVersionResources> {
  try {
    const document = (await requestJson(client, { path })) as ResourceListDocument
    check(path, document, 'APIResourceList')
    return readResourceList(document, group, version, preferred)
  } catch {
    return { group, version, complete: false, resources: [] }
  }
}

function check(path: string, document: { readonly kind: string } | null, ...kinds: readonly string[]): void {
  if (document !== null && kinds.includes(document.kind)) return
  throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${path} is no ${kinds[0]}; is something else between the gateway and the API server?`)
}
