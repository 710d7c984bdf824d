import type { ServedKind } from '../kinds/served-kind.ts'
import { invalid, type StatusError } from '../status.ts'

interface NameRule {
  readonly maxLength: number
  readonly syntax: RegExp
  readonly message: string
}

const subdomain: NameRule = {
  maxLength: 253,
  syntax: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  message: "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
}

const label: NameRule = {
  maxLength: 63,
  syntax: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  message: "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
}

/** Names of RBAC objects and of APIServices (`v1.`) only have to fit into a path. */
const pathSegment: NameRule = { maxLength: Number.POSITIVE_INFINITY, syntax: /^(?!\.{1,2}$)[^/%]+$/, message: "may not be '.' or '..' and may not contain '/' or '%'" }

function ruleOf({ resource }: ServedKind): NameRule {
  if (resource.group === 'rbac.authorization.k8s.io' || resource.plural === 'apiservices') return pathSegment
  return resource.plural === 'namespaces' || resource.plural === 'services' ? label : subdomain
}

/** What is wrong with a name, or undefined when it may be used. */
export function checkName(kind: ServedKind, name: string | undefined): StatusError | undefined {
  const { group, kind: kindName } = kind.resource
  const refuse = (reason: 'FieldValueInvalid' | 'FieldValueRequired', message: string) =>
    invalid({ group, kind: kindName, name: name ?? '' }, [{ reason, message, field: 'metadata.name' }])
  if (name === undefined || name === '') return refuse('FieldValueRequired', 'Required value: name or generateName is required')
  const rule = ruleOf(kind)
  if (name.length > rule.maxLength) return refuse('FieldValueInvalid', `Invalid value: ${JSON.stringify(name)}: must be no more than ${rule.maxLength} characters`)
  return rule.syntax.test(name) ? undefined : refuse('FieldValueInvalid', `Invalid value: ${JSON.stringify(name)}: ${rule.message}`)
}

const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789'

/** What `generateName` becomes: five characters that spell no word. */
export function generatedName(prefix: string, random: () => number): string {
  const suffix = Array.from({ length: 5 }, () => suffixAlphabet[Math.floor(random() * suffixAlphabet.length)]).join('')
  return prefix.slice(0, 63 - suffix.length) + suffix
}
