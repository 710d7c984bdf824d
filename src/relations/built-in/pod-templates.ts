import type { JsonObject } from '../../model/json.ts'
import type { KubeObject } from '../../model/object.ts'
import type { GroupKind } from '../../model/resource.ts'
import { spec, type RelationDeclaration } from '../declaration.ts'
import { namesAt, parseManyPath, readAll, type ReferencesOf } from '../references.ts'
import { kinds } from './kinds.ts'

/** Who has the spec of a pod, where, and how it is called by what it uses. */
const users: readonly (readonly [kind: GroupKind, podSpec: string, inverse: string])[] = [
  [kinds.pod, 'spec', 'pods'],
  [kinds.deployment, 'spec.template.spec', 'deployments'],
  [kinds.statefulSet, 'spec.template.spec', 'statefulSets'],
  [kinds.daemonSet, 'spec.template.spec', 'daemonSets'],
  [kinds.job, 'spec.template.spec', 'jobs'],
  [kinds.cronJob, 'spec.jobTemplate.spec.template.spec', 'cronJobs'],
]

const containers = ['containers', 'initContainers', 'ephemeralContainers']

/** What pods use, of pods and of the templates that pods are made from: accounts, configuration, secrets and volumes. */
export const podTemplates: readonly RelationDeclaration[] = users.flatMap(([from, podSpec, inverse]): RelationDeclaration[] => {
  const under = (...paths: readonly string[]) => paths.map((path) => `${podSpec}.${path}`)
  const inContainers = (...paths: readonly string[]) => containers.flatMap((container) => paths.flatMap((path) => under(`${container}[*].${path}`)))
  const uses = (to: GroupKind, name: string, references: ReferencesOf, many = true): RelationDeclaration => ({ from, to, name, many, inverse, via: { by: 'reference', references: once(references), partOf: spec } })
  const claims = namesAt(...under('volumes[*].persistentVolumeClaim.claimName'))
  return [
    uses(kinds.serviceAccount, 'serviceAccount', namesAt(...under('serviceAccountName')), false),
    uses(kinds.configMap, 'configMaps', namesAt(...under('volumes[*].configMap.name', 'volumes[*].projected.sources[*].configMap.name'), ...inContainers('envFrom[*].configMapRef.name', 'env[*].valueFrom.configMapKeyRef.name'))),
    uses(kinds.secret, 'secrets', namesAt(...under('volumes[*].secret.secretName', 'volumes[*].projected.sources[*].secret.name', 'imagePullSecrets[*].name'), ...inContainers('envFrom[*].secretRef.name', 'env[*].valueFrom.secretKeyRef.name'))),
    uses(kinds.persistentVolumeClaim, 'persistentVolumeClaims', from === kinds.pod ? (pod) => [...claims(pod), ...ephemeralClaims(pod)] : claims),
  ]
})

const volumes = parseManyPath('spec.volumes[*]')

/** Those that are made for one pod have its name and the volume's: https://kubernetes.io/docs/concepts/storage/ephemeral-volumes/#persistentvolumeclaim-naming */
function ephemeralClaims(pod: KubeObject): ReturnType<ReferencesOf> {
  return readAll(pod, volumes).flatMap((volume) => {
    const { name, ephemeral } = volume as JsonObject
    return typeof name === 'string' && typeof ephemeral === 'object' && ephemeral !== null ? [{ name: `${pod.metadata.name}-${name}` }] : []
  })
}

/** One is mostly used by several containers. */
function once(references: ReferencesOf): ReferencesOf {
  return (object) => {
    const found = references(object)
    return found.length < 2 ? found : [...new Map(found.map((reference) => [reference.name, reference])).values()]
  }
}
