import { WatchqlError } from '../base/errors.ts'
import { fieldEquals } from './selectable-fields.ts'
import { and, not, type Predicate } from './predicate.ts'
import type { GroupKind } from './resource.ts'

/**
 * Field selectors with Kubernetes' grammar and meaning:
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/
 * Values compare as text, a field that is missing or no scalar being empty (or what the server
 * takes for it, see selectable-fields.ts). Where the server knows a few fields per kind, any path to a scalar
 * can be asked here. In values `\`, `,` and `=` are escaped with a backslash. Throws INVALID_SELECTOR.
 */
export function parseFieldSelector(text: string, kind: GroupKind): Predicate {
  return and(splitTerms(text).filter((term) => term !== '').map((term) => requirement(term, text, kind)))
}

function requirement(term: string, text: string, kind: GroupKind): Predicate {
  const parts = /^(.*?)(!=|==|=)(.*)$/s.exec(term)
  if (parts === null) throw invalid(text, `${JSON.stringify(term)} has no "=", "==" or "!="`)
  const [, field = '', operator, escaped = ''] = parts
  if (field === '') throw invalid(text, `${JSON.stringify(term)} names no field`)
  const equal = fieldEquals(kind, field, unescape(escaped, text))
  return operator === '!=' ? not(equal) : equal
}

function splitTerms(text: string): string[] {
  const terms: string[] = []
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1
    else if (text[at] === ',') {
      terms.push(text.slice(start, at))
      start = at + 1
    }
  }
  terms.push(text.slice(start))
  return terms
}

function unescape(value: string, text: string): string {
  return value.replace(/\\(.?)|=/gs, (found: string, escaped: string | undefined) => {
    if (found === '=') throw invalid(text, 'a "=" inside a value is written "\\="')
    if (escaped === '\\' || escaped === ',' || escaped === '=') return escaped
    throw invalid(text, `${JSON.stringify(found)} is no escape; only "\\\\", "\\," and "\\=" are`)
  })
}

function invalid(text: string, why: string): WatchqlError {
  return new WatchqlError('INVALID_SELECTOR', `The field selector ${JSON.stringify(text)} is not valid: ${why}.`, { details: { selector: text } })
}
