import type { Json, JsonObject } from '../model/json.ts'
import type { KubeObject } from '../model/object.ts'
import { compilePredicate, type Test } from '../model/compile-predicate.ts'
import { and, not, nothing, value, type Predicate } from '../model/predicate.ts'

/** A selector that an object holds, read for finding what it selects. */
export interface LabelQuery {
  readonly holds: Test
  /** Labels of which each must have one of its values: where an index can begin. */
  readonly required: readonly { readonly key: string; readonly values: readonly string[] }[]
}

const queries = new WeakMap<object, LabelQuery>()

/** Of a map of labels, as Services have it; an empty one selects nothing. */
export function labelMapQuery(map: Json | undefined): LabelQuery | undefined {
  if (!isObject(map) || Object.keys(map).length === 0) return undefined
  return once(map, () => queryOf(Object.entries(map).map(([key, wanted]) => ({ key, values: [asText(wanted)], predicate: label(key, [asText(wanted)]) }))))
}

/**
 * Of a LabelSelector (`matchLabels` and `matchExpressions`); an empty one selects everything, an absent one nothing:
 * https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 */
export function labelSelectorQuery(selector: Json | undefined): LabelQuery | undefined {
  if (!isObject(selector)) return undefined
  return once(selector, () => {
    const { matchLabels, matchExpressions } = selector
    const equalities = isObject(matchLabels) ? Object.entries(matchLabels).map(([key, wanted]) => requirement(key, 'In', [asText(wanted)])) : []
    const expressions = Array.isArray(matchExpressions) ? (matchExpressions as readonly Json[]).filter(isObject).map(({ key, operator, values }) => requirement(asText(key), operator, Array.isArray(values) ? (values as readonly Json[]).map(asText) : [])) : []
    return queryOf([...equalities, ...expressions])
  })
}

/** Of either: what has neither `matchLabels` nor `matchExpressions`, and something else, is a map. */
export function anySelectorQuery(selector: Json | undefined): LabelQuery | undefined {
  const isMap = isObject(selector) && Object.keys(selector).length > 0 && !('matchLabels' in selector) && !('matchExpressions' in selector)
  return isMap ? labelMapQuery(selector) : labelSelectorQuery(selector)
}

interface Requirement {
  readonly key: string
  /** Absent where the requirement names none that it wants. */
  readonly values?: readonly string[]
  readonly predicate: Predicate
}

function requirement(key: string, operator: Json | undefined, values: readonly string[]): Requirement {
  const present = value(['metadata', 'labels', key], { test: 'exists' })
  if (operator === 'In') return { key, values, predicate: label(key, values) }
  if (operator === 'NotIn') return { key, predicate: not(label(key, values)) }
  if (operator === 'Exists') return { key, predicate: present }
  if (operator === 'DoesNotExist') return { key, predicate: not(present) }
  return { key, predicate: nothing }
}

function queryOf(requirements: readonly Requirement[]): LabelQuery {
  return {
    holds: compilePredicate(and(requirements.map(({ predicate }) => predicate))),
    required: requirements.flatMap(({ key, values }) => (values === undefined ? [] : [{ key, values }])).toSorted((a, b) => (a.key < b.key ? -1 : 1)),
  }
}

function label(key: string, values: readonly string[]): Predicate {
  return value(['metadata', 'labels', key], { test: 'in', values })
}

/** Labels are texts; what is none is the label of nothing. */
function asText(found: Json | undefined): string {
  return typeof found === 'string' ? found : JSON.stringify(found ?? null)
}

/** A selector is read once for as long as it is cached. */
function once(selector: object, read: () => LabelQuery): LabelQuery {
  let query = queries.get(selector)
  if (query === undefined) {
    query = read()
    queries.set(selector, query)
  }
  return query
}

function isObject(found: Json | undefined): found is JsonObject {
  return typeof found === 'object' && found !== null && !Array.isArray(found)
}

export function labelsOf({ metadata }: KubeObject): readonly (readonly [string, string])[] {
  return Object.entries(metadata.labels ?? {})
}
