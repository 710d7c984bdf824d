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

/** Asks the server what it serves: two requests where it aggregates discovery, one per group version elsewhere. */
export async function discover(client: KubernetesClient): Promise<GroupVersionResources[]> {
  const [core, groups] = await Promise.all([discoverCore(client), discoverGroups(client)])
  return [...core, ...groups]
}

async function discoverCore(client: KubernetesClient): Promise<GroupVersionResources[]> {
  const document = (await requestJson(client, { path: '/api', accept: aggregatedAccept })) as AggregatedDocument | CoreVersionsDocument
  if (document.kind === 'APIGroupDiscoveryList') return readAggregated(document)
  return Promise.all((document.versions ?? []).map((version, position) => discoverVersion(client, `/api/${version}`, '', version, position === 0)))
}

async function discoverGroups(client: KubernetesClient): Promise<GroupVersionResources[]> {
  const document = (await requestJson(client, { path: '/apis', accept: aggregatedAccept })) as AggregatedDocument | GroupListDocument
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
    return readResourceList((await requestJson(client, { path })) as ResourceListDocument, group, version, preferred)
  } catch {
    return { group, version, complete: false, resources: [] }
  }
}
