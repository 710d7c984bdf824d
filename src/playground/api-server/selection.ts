import { compilePredicate, type Test } from '../../model/compile-predicate.ts'
import { parseFieldSelector } from '../../model/field-selector.ts'
import { parseLabelSelector } from '../../model/label-selector.ts'
import { and } from '../../model/predicate.ts'
import type { Resource } from '../../model/resource.ts'
import { selectableFields } from './kinds.ts'
import { StatusError } from './status.ts'

/** Which objects a request is about: its namespace and its selectors, read as the server reads them. */
export function compileSelection(resource: Resource, namespace: string | undefined, query: URLSearchParams): Test {
  const labels = query.get('labelSelector') ?? ''
  const fields = query.get('fieldSelector') ?? ''
  checkFields(resource, fields)
  try {
    const test = compilePredicate(and([parseLabelSelector(labels), parseFieldSelector(fields, resource)]))
    return namespace === undefined ? test : (object) => (object as { metadata: { namespace?: string } }).metadata.namespace === namespace && test(object)
  } catch (error) {
    throw new StatusError(400, 'BadRequest', error instanceof Error ? error.message : String(error))
  }
}

function checkFields(resource: Resource, selector: string): void {
  const known = new Set(['metadata.name', 'metadata.namespace', ...(selectableFields[resource.plural] ?? [])])
  for (const term of selector.split(',')) {
    const field = term.split(/!?=/)[0] ?? ''
    if (field !== '' && !known.has(field)) throw new StatusError(400, 'BadRequest', `field label not supported: ${field}`)
  }
}
