import type { Random } from '../cluster/workloads/random.ts'
import type { Followed } from './follow-all.ts'

/** Filters of what `churn` changes: generic and typed, by selectors, by values, and by the Pods that belong to a Deployment. */
export function randomFilters(random: Random, count: number): readonly Followed[] {
  // All kinds of filters are among them, whatever the seed.
  return Array.from({ length: count }, (_, i) => ([generic, podsOf, deploymentsOf, byRelation] as const)[i % 4]?.(random) as Followed)
}

const kinds = ['{ kind: "Pod" }', '{ kind: "ConfigMap" }', '{ group: "apps", kind: "Deployment" }']

function generic(random: Random): Followed {
  const some = kinds.filter(() => random.below(3) > 0)
  const terms = [
    ...(random.below(2) === 0 ? ['namespace: "default"'] : []),
    ...(random.below(3) === 0 ? [`labelSelector: "${random.pick(['round', '!round', 'round notin (10, 20, 30)'])}"`] : []),
    ...(random.below(3) > 0 ? [`where: ${where(random, 2)}`] : []),
  ]
  return { field: 'objects', filter: [`kinds: [${(some.length === 0 ? kinds : some).join(', ')}]`, ...terms].join(', ') }
}

function where(random: Random, depth: number): string {
  const how = depth === 0 ? 3 : random.below(6)
  if (how === 0) return `{ not: ${where(random, depth - 1)} }`
  if (how < 3) return `{ ${['and', 'or'][how - 1]}: [${where(random, depth - 1)}, ${where(random, depth - 1)}] }`
  return random.pick([
    `{ path: "metadata.labels.round", matches: "[${random.pick(['02468', '13579', '01234'])}]$" }`,
    `{ path: "metadata.name", contains: "${random.below(10)}" }`,
    '{ path: "metadata.annotations[\'example.com/touched\']", exists: true }',
    `{ path: "spec.replicas", gte: ${random.below(4)} }`,
    `{ path: "status.phase", ne: "${random.pick(['Running', 'Pending'])}" }`,
    '{ path: "spec.nodeName", exists: true }',
  ])
}

function podsOf(random: Random): Followed {
  const phase = `status: { phase: { ${random.pick(['eq', 'ne'])}: "${random.pick(['Running', 'Pending'])}" } }`
  const node = `spec: { nodeName: { exists: ${random.pick(['true', 'false'])} } }`
  return { field: 'pods', filter: `where: { ${random.pick([phase, node, `or: [{ ${phase} }, { ${node} }]`])} }` }
}

function deploymentsOf(random: Random): Followed {
  return { field: 'deployments', filter: `where: { ${random.pick([`status: { readyReplicas: { gte: ${1 + random.below(3)} } }`, `spec: { replicas: { lt: ${1 + random.below(4)} } }`, 'metadata: { labels: { key: "round", exists: true } }'])} }` }
}

function byRelation(random: Random): Followed {
  return { field: 'deployments', filter: `where: { relations: { pods: { ${random.pick(['some', 'none'])}: { status: { phase: { ${random.pick(['eq', 'ne'])}: "Running" } } } } } }` }
}
