import { WatchqlError } from '../base/errors.ts'

/** `topic`: a name of Kafka's, of letters, digits, `.`, `_` and `-`. `subject`: NATS's tokens between dots. */
export type DestinationStyle = 'topic' | 'subject'

const placeholders = ['cluster', 'group', 'version', 'kind', 'namespace', 'type'] as const
type Placeholder = (typeof placeholders)[number]

/** What of an event a destination may be made of; `group` and `namespace` may be empty. */
export type Addressed = Readonly<Record<Placeholder, string>>

/** What may stand between placeholders, and what a value may not have. */
const styles = {
  topic: { literal: /^[A-Za-z0-9._-]*$/, foreign: /[^A-Za-z0-9._-]/g, maxLength: 249 },
  subject: { literal: /^[A-Za-z0-9._-]*$/, foreign: /[^A-Za-z0-9_-]/g, maxLength: 1024 },
} as const

/** What stands for any rest of a name. */
const wildcards = { topic: '*', subject: '>' } as const

/** Whether all that a template names is among the allowed: names, or beginnings with a wildcard behind them. */
export function isAllowedDestination(template: string, allowed: readonly string[], style: DestinationStyle): boolean {
  const [beginning = ''] = template.split('{')
  return allowed.some((pattern) => (pattern.endsWith(wildcards[style]) ? beginning.startsWith(pattern.slice(0, -1)) : template === pattern))
}

/**
 * Where each event is sent, from a template such as `watchql.{group}.{kind}` with `{cluster}`,
 * `{group}` (`core` for the core group), `{version}`, `{kind}`, `{namespace}` (`-` for objects
 * without one) and `{type}`. What a name may not have becomes `_`. Throws INVALID_ARGUMENT.
 */
export function compileDestination(template: string, style: DestinationStyle): (event: Addressed) => string {
  const { literal, foreign, maxLength } = styles[style]
  const parts = template.split(/\{([^{}]*)\}/)
  const wrong = (reason: string) => new WatchqlError('INVALID_ARGUMENT', `${JSON.stringify(template)} names no ${style}s: ${reason}.`)
  if (template === '') throw wrong('it is empty')
  parts.forEach((part, index) => {
    const isPlaceholder = index % 2 === 1
    if (isPlaceholder && !placeholders.includes(part as Placeholder)) throw wrong(`there is no {${part}}; there are ${placeholders.map((name) => `{${name}}`).join(', ')}`)
    if (!isPlaceholder && !literal.test(part)) throw wrong('it may have letters, digits, `.`, `_` and `-`, and placeholders in braces')
  })
  if (/^\.|\.$|\.\./.test(template)) throw wrong('a dot stands between two other characters')
  const empty: Partial<Addressed> = { group: 'core', namespace: '-' }
  const read = (event: Addressed, name: Placeholder) => (event[name] || (empty[name] ?? '')).replace(foreign, '_')
  return (event) => parts.map((part, index) => (index % 2 === 1 ? read(event, part as Placeholder) : part)).join('').slice(0, maxLength)
}
