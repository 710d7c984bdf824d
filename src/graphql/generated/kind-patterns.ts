import type { GroupVersionKind } from '../../model/resource.ts'

/** Whether a kind is among those that patterns name. A pattern is a group, a version and a kind with slashes between, where `*` stands for anything; the core group is `core`. */
export function kindMatcher(patterns: readonly string[]): (kind: GroupVersionKind) => boolean {
  const tests = patterns.map((pattern) => new RegExp(`^${pattern.replaceAll('.', '\\.').replaceAll('*', '[^/]*')}$`))
  return ({ group, version, kind }) => tests.some((test) => test.test(`${group === '' ? 'core' : group}/${version}/${kind}`))
}
