import type { Manifest } from '../cluster/manifest.ts'

const group = 'networking.istio.io'
const apiVersion = `${group}/v1`

/** Definitions of Istio's kinds that take whatever is in them. */
export const istioDefinitions: readonly Manifest[] = ['Gateway', 'VirtualService', 'DestinationRule'].map((kind) => {
  const plural = `${kind.toLowerCase()}s`
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } } } } }],
    },
  }
})

export function istioGateway(namespace: string, name: string, hosts: readonly string[]): Manifest {
  return { apiVersion, kind: 'Gateway', metadata: { namespace, name }, spec: { selector: { istio: 'ingressgateway' }, servers: [{ port: { number: 80, name: 'http', protocol: 'HTTP' }, hosts }] } }
}

export interface Routes {
  readonly gateways: readonly string[]
  readonly hosts: readonly string[]
  /** The hosts of services that it leads to. */
  readonly to: readonly string[]
}

export function virtualService(namespace: string, name: string, { gateways, hosts, to }: Routes): Manifest {
  return { apiVersion, kind: 'VirtualService', metadata: { namespace, name }, spec: { gateways, hosts, http: [{ route: to.map((host) => ({ destination: { host } })) }] } }
}

export function destinationRule(namespace: string, name: string, host: string): Manifest {
  return { apiVersion, kind: 'DestinationRule', metadata: { namespace, name }, spec: { host } }
}
