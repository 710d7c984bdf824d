import { createHash } from 'node:crypto'
import type { GroupVersionKind, Resource } from '../../model/resource.ts'

/** `AppsV1`, `NetworkingIstioIoV1beta1`, `CoreV1`: what the names of a group version's types begin with. */
export function typePrefix(group: string, version: string): string {
  return spell(pascal(group === '' ? 'core' : group) + pascal(version))
}

/** The prefixes of group versions, each its own: where two would be the same, the first by name keeps it and the others add a mark of theirs. */
export function typePrefixes(groupVersions: Iterable<{ readonly group: string; readonly version: string }>): ReadonlyMap<string, string> {
  const prefixes = new Map<string, string>()
  const taken = new Set<string>()
  const byName = [...groupVersions].map(({ group, version }) => ({ group, version, id: `${group}/${version}` })).sort((a, b) => (a.id < b.id ? -1 : 1))
  for (const { group, version, id } of byName) {
    if (prefixes.has(id)) continue
    const plain = typePrefix(group, version)
    const prefix = taken.has(plain) ? `${plain}_${mark(id)}_` : plain
    taken.add(prefix)
    prefixes.set(id, prefix)
  }
  return prefixes
}

/** `AppsV1Deployment`. */
export function kindTypeName(prefix: string, kind: string): string {
  return prefix + letters(kind)
}

export interface FieldNames {
  readonly list: string
  readonly object: string
}

/** `appsV1Deployments` and `appsV1Deployment`. */
export function fieldNames(prefix: string, resource: Pick<Resource, 'kind' | 'plural'>): FieldNames {
  return apart(lowerFirst(prefix) + pluralOf(resource), lowerFirst(prefix) + letters(resource.kind))
}

/** `deployments` and `deployment`. */
export function shortFieldNames(resource: Pick<Resource, 'kind' | 'plural'>): FieldNames {
  return apart(lowerWord(pluralOf(resource)), lowerWord(letters(resource.kind)))
}

/** A kind whose singular is its plural, such as Endpoints. */
function apart(list: string, object: string): FieldNames {
  return { list, object: object === list ? `${object}ByName` : object }
}

/**
 * The plural with the kind's capitals, restored from their longest common beginning:
 * `networkpolicies` of NetworkPolicy is `NetworkPolicies`.
 */
function pluralOf({ kind, plural }: Pick<Resource, 'kind' | 'plural'>): string {
  const lower = kind.toLowerCase()
  let common = 0
  while (common < plural.length && common < lower.length && plural[common] === lower[common]) common += 1
  return letters(common === 0 ? upperFirst(plural) : kind.slice(0, common) + plural.slice(common))
}

/** Groups that the API server itself serves: a fixed list, so that no definition changes what a short name means. */
const ownGroups: readonly string[] = [
  '', 'apps', 'batch', 'autoscaling', 'policy', 'networking.k8s.io', 'storage.k8s.io', 'rbac.authorization.k8s.io', 'discovery.k8s.io', 'scheduling.k8s.io', 'coordination.k8s.io',
  'node.k8s.io', 'certificates.k8s.io', 'admissionregistration.k8s.io', 'apiextensions.k8s.io', 'apiregistration.k8s.io', 'flowcontrol.apiserver.k8s.io', 'resource.k8s.io',
  'events.k8s.io', 'internal.apiserver.k8s.io', 'storagemigration.k8s.io', 'extensions',
]

/** The place of a group of Kubernetes' own: of two kinds with one short name the earlier group's has it. Undefined for other groups. */
export function ownGroupRank(group: string): number | undefined {
  const rank = ownGroups.indexOf(group)
  return rank === -1 ? undefined : rank
}

/** Kubernetes' own kinds first, then by group, version and kind: the order in which names and room are given. */
export function compareKinds(a: GroupVersionKind, b: GroupVersionKind): number {
  const rank = (group: string) => ownGroupRank(group) ?? ownGroups.length
  return rank(a.group) - rank(b.group) || compareText(a.group, b.group) || compareText(a.version, b.version) || compareText(a.kind, b.kind)
}

export function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}

/** The name of a nested object's type: that of the outer one and the keys that lead there. */
export function nestedTypeName(outer: string, key: string): string {
  return outer + (pascal(key) || '_')
}

/**
 * Names for keys, each its own and none reserved. A key that GraphQL can spell is its own name;
 * in others every character that it cannot becomes `_` (`content-type` is `content_type`, `2fa`
 * is `_2fa`). Reserved and repeated names end in `_`.
 */
export function fieldNamesOf(keys: readonly string[], reserved: ReadonlySet<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const taken = new Set(reserved)
  // Those that stay as they are first: no other key takes the name of one.
  for (const key of keys.toSorted((a, b) => Number(spell(a) !== a) - Number(spell(b) !== b) || compareText(a, b))) {
    let name = spell(key)
    while (taken.has(name)) name += '_'
    taken.add(name)
    names.set(key, name)
  }
  return names
}

/** A short text that always is the same for the same one. */
export function mark(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 6)
}

/** Names with two leading underscores are GraphQL's own. */
function spell(text: string): string {
  const spelled = letters(text).replace(/^(?=\d)/, '_').replace(/^__+/, '_')
  return /[A-Za-z0-9]/.test(spelled) ? spelled : 'field'
}

function letters(text: string): string {
  return text.replace(/[^A-Za-z0-9_]/g, '_')
}

function pascal(text: string): string {
  return text.split(/[^A-Za-z0-9]+/).map(upperFirst).join('')
}

function upperFirst(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1)
}

/** With a leading abbreviation as a whole: `CSIDriver` is `csiDriver`, `APIServices` is `apiServices`. */
function lowerWord(text: string): string {
  return text.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/, (found) => found.toLowerCase())
}
