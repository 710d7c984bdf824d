import type { KubernetesClient } from './client.ts'

const form = (kind: string) => `application/json;as=${kind};g=meta.k8s.io;v=v1,application/json`

/** A client whose lists and watches carry no more of each object than its metadata, where the server can do that. Closing it closes nothing. */
export function metadataOnly(client: KubernetesClient): KubernetesClient {
  const [lists, watches] = [form('PartialObjectMetadataList'), form('PartialObjectMetadata')]
  return {
    server: client.server,
    request: (request) => client.request({ ...request, accept: request.watch === true ? watches : lists }),
    close: () => Promise.resolve(),
  }
}
