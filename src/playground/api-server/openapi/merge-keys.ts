import type { ServedKind } from '../kinds/served-kind.ts'
import type { MergeKeys } from '../writes/strategic-merge-patch.ts'
import { schemaName } from './schema-names.ts'
import { typeTable, type FieldType } from './type-table.ts'

/** How the lists of a built-in kind are merged: by the first of the fields that tell their elements apart. */
export function mergeKeysOf(kind: ServedKind): MergeKeys {
  const types = typeTable()
  const root: FieldType = { name: schemaName(kind), primitive: false, shape: 'one', keys: [] }
  return (path) => {
    let type: FieldType | undefined = root
    for (const member of path) {
      // The elements of a map are of the map's type, whatever they are called.
      type = type.shape === 'map' ? { ...type, shape: 'one' } : types.get(type.name)?.find(({ name }) => name === member)?.type
      if (type === undefined) return undefined
    }
    return type.shape === 'list' ? type.keys[0] : undefined
  }
}
