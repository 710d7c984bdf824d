import { compilePredicate, type Test } from '../../../model/compile-predicate.ts'
import { parseFieldSelector } from '../../../model/field-selector.ts'
import { parseLabelSelector } from '../../../model/label-selector.ts'
import type { KubeObject } from '../../../model/object.ts'
import { and } from '../../../model/predicate.ts'
import type { ServedKind } from '../kinds/served-kind.ts'
import type { RequestInfo } from '../request-info.ts'
import { StatusError, badRequest } from '../status.ts'

export interface Selection {
  /** Whether a selector narrows it; a namespace alone does not count. */
  readonly selective: boolean
  readonly holds: (object: KubeObject) => boolean
}

/** Which objects of a kind a request is about: its namespace and its selectors. Throws 400. */
export function selectionOf(kind: ServedKind, { namespace, query }: Pick<RequestInfo, 'namespace' | 'query'>): Selection {
  const labels = query.get('labelSelector') ?? ''
  const fields = query.get('fieldSelector') ?? ''
  const test = compile(kind, labels, fields)
  return {
    selective: labels !== '' || fields !== '',
    holds: (object) => (namespace === undefined || object.metadata.namespace === namespace) && test(object),
  }
}

function compile(kind: ServedKind, labels: string, fields: string): Test {
  try {
    for (const field of fieldsIn(fields)) if (!kind.selectableFields.includes(field)) throw badRequest(unknownField(kind, field))
    return compilePredicate(and([parseLabelSelector(labels), parseFieldSelector(fields, kind.resource)]))
  } catch (error) {
    throw error instanceof StatusError ? error : badRequest(error instanceof Error ? error.message : String(error))
  }
}

/** The server says it one way of kinds that have fields of their own, another way of those that have none. */
function unknownField({ custom, selectableFields }: ServedKind, field: string): string {
  const onlyNames = selectableFields.join() === 'metadata.name,metadata.namespace'
  return custom || !onlyNames ? `field label not supported: ${field}` : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`
}

/** The fields that a field selector names. What is no selector at all is left to its parser. */
function fieldsIn(selector: string): string[] {
  const terms = selector.match(/(?:\\.|[^\\,])+/gs) ?? []
  return terms.flatMap((term) => /^(.*?)(?:!=|==|=)/s.exec(term)?.[1] ?? [])
}
