import { memberOf } from '../../../base/member-of.ts'
import { isObject, setMember } from './members.ts'

/** By which member the elements of a list are told apart, where the list is at `path`; undefined for a list that is replaced as a whole. */
export type MergeKeys = (path: readonly string[]) => string | undefined

/**
 * Kubernetes' own patch: as a merge patch, but lists with a merge key are merged by element.
 * Of its directives `$patch: delete` and `$patch: replace` are known.
 * https://kubernetes.io/docs/tasks/manage-kubernetes-objects/update-api-object-kubectl-patch/
 */
export function strategicMergePatch(target: unknown, patch: unknown, mergeKeys: MergeKeys, path: readonly string[] = []): unknown {
  if (Array.isArray(patch)) {
    const key = mergeKeys(path)
    return key !== undefined && Array.isArray(target) ? mergeLists(target, patch, key, mergeKeys, path) : patch
  }
  if (!isObject(patch)) return patch
  const { $patch: directive, ...members } = patch
  const merged: Record<string, unknown> = isObject(target) && directive !== 'replace' ? { ...target } : {}
  for (const [name, value] of Object.entries(members)) {
    if (value === null) delete merged[name]
    else if (!name.startsWith('$')) setMember(merged, name, strategicMergePatch(memberOf(merged, name), value, mergeKeys, [...path, name]))
  }
  return merged
}

function mergeLists(target: readonly unknown[], patch: readonly unknown[], key: string, mergeKeys: MergeKeys, path: readonly string[]): unknown[] {
  let merged = [...target]
  const keyOf = (element: unknown) => (isObject(element) ? element[key] : undefined)
  for (const element of patch) {
    const index = merged.findIndex((other) => keyOf(other) === keyOf(element))
    if (isObject(element) && element['$patch'] === 'delete') merged = merged.filter((other) => keyOf(other) !== keyOf(element))
    else if (index === -1) merged.push(element)
    else merged[index] = strategicMergePatch(merged[index], element, mergeKeys, path)
  }
  return merged
}
