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
import { requestJson, requestTaggedJson } from './json-body.ts'

/** The aggregated documents as they were last read, by path. A server that says 304 means these. */
export type KnownDocuments = Map<string, { readonly etag: string; readonly groupVersions: readonly GroupVersionResources[] }>

/**
 * Asks the server what it serves: two requests where it aggregates discovery, one per group
 * version elsewhere. Rejects for documents that are none of discovery's: what they do not name
 * would count as gone.
 */
export async function discover(client: KubernetesClient, known: KnownDocuments): Promise<GroupVersionResources[]> {
  const [core, groups] = await Promise.all([
    readRoot(client, known, '/api', 'APIVersions', (document: CoreVersionsDocument) =>
      (document.versions ?? []).map((version, position) => discoverVersion(client, `/api/${version}`, '', version, position === 0)),
    ),
    readRoot(client, known, '/apis', 'APIGroupList', (document: GroupListDocument) =>
      (document.groups ?? []).flatMap(({ name, versions, preferredVersion }) =>
        (versions ?? []).map(({ version }) => discoverVersion(client, `/apis/${name}/${version}`, name, version, version === preferredVersion?.version)),
      ),
    ),
  ])
  return [...core, ...groups]
}

async function readRoot<D extends CoreVersionsDocument | GroupListDocument>(
  client: KubernetesClient,
  known: KnownDocuments,
  path: string,
  kind: D['kind'],
  readPlain: (document: D) => readonly Promise<GroupVersionResources>[],
): Promise<readonly GroupVersionResources[]> {
  const before = known.get(path)
  const answer = await requestTaggedJson(client, { path, accept: aggregatedAccept, ifNoneMatch: before?.etag })
  if (answer === undefined) return before?.groupVersions ?? []
  const document = answer.body as AggregatedDocument | D
  check(path, document, kind, 'APIGroupDiscoveryList')
  const groupVersions = document.kind === 'APIGroupDiscoveryList' ? readAggregated(document) : await Promise.all(readPlain(document))
  if (groupVersions.length === 0) throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${path} says that it serves nothing there.`)
  // A plain document tells versions only; what is in them may change under the same ETag.
  if (document.kind === 'APIGroupDiscoveryList' && answer.etag !== undefined) known.set(path, { etag: answer.etag, groupVersions })
  else known.delete(path)
  return groupVersions
}

/** One group version that does not answer (an aggregated server that is down) must not hide the others. */
async function discoverVersion(client: KubernetesClient, path: string, group: string, version: string, preferred: boolean): Promise<GroupVersionResources> {
  try {
    const document = (await requestJson(client, { path })) as ResourceListDocument
    check(path, document, 'APIResourceList')
    return readResourceList(document, group, version, preferred)
  } catch {
    return { group, version, complete: false, resources: [], subresources: [] }
  }
}

function check(path: string, document: { readonly kind: string } | null, ...kinds: readonly string[]): void {
  if (document !== null && kinds.includes(document.kind)) return
  throw new WatchqlError('BAD_SERVER_ANSWER', `The API server's answer to ${path} is no ${kinds[0]}; is something else between the gateway and the API server?`)
}
