import type { Json } from './json.ts'
import { parsePath } from './path.ts'
import { and, value, type Path, type Predicate } from './predicate.ts'

/** The filter of k8s-generic-watcher, in queries as in notifiers: all that is given must be equal. */
export interface ExactMatch {
  readonly namespace?: string
  readonly name?: string
  readonly uid?: string
  readonly labels: readonly (readonly [key: string, value: string])[]
  readonly annotations: readonly (readonly [key: string, value: string])[]
  /** Paths as `parsePath` reads them, and what must stand there; `null` is what is missing. */
  readonly fields: readonly (readonly [path: string, value: Json])[]
}

/** An object that is named, by its uid or by name and namespace, is found whatever its labels and annotations are. Throws INVALID_PATH. */
export function compileExactMatch({ namespace, name, uid, labels, annotations, fields }: ExactMatch): Predicate {
  const isNamed = uid !== undefined || (name !== undefined && namespace !== undefined)
  const equals = (path: Path, wanted: Json | undefined) => (wanted === undefined ? [] : [value(path, { test: 'in', values: [wanted] })])
  const inMetadata = (member: string, pairs: ExactMatch['labels']) => (isNamed ? [] : pairs.flatMap(([key, wanted]) => equals(['metadata', member, key], wanted)))
  return and([
    ...equals(['metadata', 'namespace'], namespace),
    ...equals(['metadata', 'name'], name),
    ...equals(['metadata', 'uid'], uid),
    ...inMetadata('labels', labels),
    ...inMetadata('annotations', annotations),
    ...fields.flatMap(([path, wanted]) => equals(parsePath(path), wanted)),
  ])
}
