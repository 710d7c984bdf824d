import type { Manifest } from '../manifest.ts'

const group = 'lab.example.com'

/**
 * Two kinds that make a schema generator think: Gizmo is namespaced, served in two versions
 * and refers to other objects; Widget is cluster-scoped and has field names that GraphQL
 * cannot spell, open maps and a field without any schema.
 */
export const customResourceDefinitions: readonly Manifest[] = [
  definition('Gizmo', 'Namespaced', ['gz'], [
    { name: 'v1', storage: true, spec: gizmoSpec() },
    { name: 'v1alpha1', storage: false, spec: gizmoSpec() },
  ]),
  definition('Widget', 'Cluster', ['wd'], [{ name: 'v1', storage: true, spec: widgetSpec() }]),
]

export function gizmo(namespace: string, name: string, index: number): Manifest {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Gizmo',
    metadata: { name, namespace, labels: { 'app.kubernetes.io/name': name, tier: index % 2 === 0 ? 'gold' : 'silver' } },
    spec: {
      size: index % 10,
      ratio: index / 4,
      mode: index % 3 === 0 ? 'Auto' : 'Manual',
      port: index % 2 === 0 ? 8080 : 'http',
      widgetRef: { name: `widget-${index % 4}` },
      parts: Array.from({ length: 1 + (index % 3) }, (_, part) => ({ name: `part-${part}`, weight: `${part + 1}00m`, optional: part > 0 })),
    },
  }
}

export function widget(index: number): Manifest {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Widget',
    metadata: { name: `widget-${index}`, labels: { colour: ['red', 'green', 'blue'][index % 3] ?? 'red' } },
    spec: {
      'content-type': 'text/plain',
      '2fa': index % 2 === 0,
      settings: { 'log.level': 'info', retries: String(index) },
      anything: { goes: [index, 'here', null, { deep: true }] },
    },
  }
}

interface Version {
  readonly name: string
  readonly storage: boolean
  readonly spec: object
}

function definition(kind: string, scope: 'Namespaced' | 'Cluster', shortNames: readonly string[], versions: readonly Version[]): Manifest {
  const singular = kind.toLowerCase()
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${singular}s.${group}` },
    spec: {
      group,
      scope,
      names: { kind, plural: `${singular}s`, singular, listKind: `${kind}List`, shortNames, categories: ['lab'] },
      versions: versions.map(({ name, storage, spec }) => ({
        name,
        served: true,
        storage,
        subresources: { status: {} },
        schema: { openAPIV3Schema: object({ spec, status: object({ phase: { type: 'string' }, observedGeneration: { type: 'integer', format: 'int64' } }) }) },
      })),
    },
  }
}

function gizmoSpec(): object {
  return object({
    size: { type: 'integer', format: 'int32', minimum: 0, description: 'How large the gizmo is, from 0 up.' },
    ratio: { type: 'number' },
    mode: { type: 'string', enum: ['Auto', 'Manual'], default: 'Auto' },
    port: { 'x-kubernetes-int-or-string': true },
    widgetRef: object({ name: { type: 'string' } }),
    parts: { type: 'array', items: object({ name: { type: 'string' }, weight: { type: 'string' }, optional: { type: 'boolean' } }) },
  })
}

function widgetSpec(): object {
  return object({
    'content-type': { type: 'string' },
    '2fa': { type: 'boolean' },
    settings: { type: 'object', additionalProperties: { type: 'string' } },
    anything: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  })
}

function object(properties: object): object {
  return { type: 'object', properties }
}
