import type { GroupVersionKind } from '../../../model/resource.ts'
import type { ServedKind } from '../kinds/served-kind.ts'

const packages: Readonly<Record<string, string>> = {
  '': 'io.k8s.api.core',
  'apiextensions.k8s.io': 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions',
  'apiregistration.k8s.io': 'io.k8s.kube-aggregator.pkg.apis.apiregistration',
}

/** What a kind's schema is called: `io.k8s.api.apps.v1.Deployment`, `com.example.lab.v1.Gizmo`. */
export function schemaName({ custom, resource }: ServedKind): string {
  const { group, version, kind }: GroupVersionKind = resource
  const own = custom ? group.split('.').toReversed().join('.') : (packages[group] ?? `io.k8s.api.${group.split('.')[0]}`)
  return `${own}.${version}.${kind}`
}
