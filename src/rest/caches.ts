import type { Scope } from '../access/scope.ts'
import { WatchqlError } from '../base/errors.ts'
import { everything } from '../model/predicate.ts'
import { formatKind, normaliseGroup } from '../model/resource.ts'
import type { Cluster } from '../watch/cluster.ts'
import { ok, type Envelope } from './envelope.ts'
import { Parameters } from './parameters.ts'

/** `GET /manage/cachedResourcesList`: the watched kinds. */
export function answerCachedKinds({ informers }: Cluster): Envelope {
  return ok('resources', informers.all().map(({ resource }) => formatKind(resource)))
}

/** `GET /manage/cacheSize`: how many objects of a kind are cached; 0 of one that is not watched. */
export function answerCacheSize(query: unknown, { informers }: Cluster, scope: Scope): Envelope {
  const parameters = new Parameters(query, undefined)
  const [group, version, kind] = (['group', 'version', 'kind'] as const).map((name) => parameters.text(name))
  if (group === undefined || version === undefined || kind === undefined)
    throw new WatchqlError('INVALID_ARGUMENT', 'Name the kind: `group` (core for the core group), `version` and `kind`.', { details: { data: 'group;version;kind' } })
  return ok('cached objects count', informers.get({ group: normaliseGroup(group), version, kind })?.lister(scope).count(everything) ?? 0)
}
