import { parseFieldSelector } from '../../model/field-selector.ts'
import { parseAnnotationSelector, parseLabelSelector } from '../../model/label-selector.ts'
import { compilePathFilter, type FilterLimits, type PathFilterInput } from '../../model/path-filter.ts'
import { and, value, type Predicate } from '../../model/predicate.ts'
import type { GroupKind } from '../../model/resource.ts'
import { parseSearch } from '../../model/search.ts'

/** The filters that every list has, whichever door it comes through. All that are given must hold. */
export interface ListFilters {
  readonly namespace?: string | null
  readonly namespaces?: readonly string[] | null
  readonly name?: string | null
  readonly names?: readonly string[] | null
  readonly uid?: string | null
  readonly labelSelector?: string | null
  readonly fieldSelector?: string | null
  readonly annotationSelector?: string | null
  readonly search?: string | null
  readonly where?: PathFilterInput | null
}

/** One predicate for all filters. Throws INVALID_SELECTOR, INVALID_FILTER, INVALID_PATH, or INVALID_ARGUMENT for the search. */
export function compileListFilters(filters: ListFilters, kind: GroupKind, limits: FilterLimits): Predicate {
  const terms: Predicate[] = []
  const oneOf = (member: string, texts: readonly string[] | null | undefined) => {
    if (texts !== undefined && texts !== null) terms.push(value(['metadata', member], { test: 'in', values: texts }))
  }
  oneOf('namespace', filters.namespaces)
  oneOf('namespace', single(filters.namespace))
  oneOf('name', filters.names)
  oneOf('name', single(filters.name))
  oneOf('uid', single(filters.uid))
  if (filters.labelSelector) terms.push(parseLabelSelector(filters.labelSelector))
  if (filters.fieldSelector) terms.push(parseFieldSelector(filters.fieldSelector, kind))
  if (filters.annotationSelector) terms.push(parseAnnotationSelector(filters.annotationSelector))
  const words = parseSearch(filters.search ?? '')
  if (words.length > 0) terms.push({ op: 'search', words })
  if (filters.where) terms.push(compilePathFilter(filters.where, limits))
  return and(terms)
}

function single(text: string | null | undefined): readonly string[] | undefined {
  return text === undefined || text === null ? undefined : [text]
}
