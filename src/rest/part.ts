import { checkLabelValue, checkQualifiedName } from '../model/label-syntax.ts'
import type { ExactMatch } from '../model/exact-match.ts'
import type { GroupKind } from '../model/resource.ts'
import { isSelectable } from '../model/selectable-fields.ts'
import type { WatchOptions } from '../model/watch-options.ts'

/** As much of what is asked for as the API server can select by: all that matches is in it, and maybe more. */
export function partOf({ namespace, name, uid, labels, fields }: ExactMatch, kind: GroupKind): WatchOptions {
  const isNamed = uid !== undefined || (name !== undefined && namespace !== undefined)
  // A key that is given twice cannot have both values; the one that counts here leaves nothing out.
  const labelSelector = isNamed ? {} : Object.fromEntries(labels.filter(([key, value]) => checkQualifiedName(key) === undefined && checkLabelValue(value) === undefined))
  const scalars = fields.flatMap(([path, value]) => (typeof value === 'object' ? [] : [[path.replace(/^\$?\./, ''), String(value)] as const])).filter(([path]) => isSelectable(kind, path))
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(Object.keys(labelSelector).length === 0 ? {} : { labelSelector }),
    ...(scalars.length === 0 ? {} : { fieldSelector: Object.fromEntries(scalars) }),
  }
}
