import { WatchqlError } from '../../base/errors.ts'
import type { Delivery } from '../payload.ts'

/** `topic`: a name of Kafka's, of letters, digits, `.`, `_` and `-`. `subject`: NATS's tokens between dots. */
export type DestinationStyle = 'topic' | 'subject'

const placeholders = ['cluster', 'group', 'version', 'kind', 'namespace', 'type'] as const
type Placeholder = (typeof placeholders)[number]

/** What may stand between placeholders, and what a value may not have. */
const styles = {
  topic: { literal: /^[A-Za-z0-9._-]*$/, foreign: /[^A-Za-z0-9._-]/g, maxLength: 249 },
  subject: { literal: /^[A-Za-z0-9._-]*$/, foreign: /[^A-Za-z0-9_-]/g, maxLength: 1024 },
} as const

/**
 * Where each event is sent, from a template such as `watchql.{group}.{kind}` with `{cluster}`,
 * `{group}` (`core` for the core group), `{version}`, `{kind}`, `{namespace}` (`-` for objects
 * without one) and `{type}`. What a name may not have becomes `_`. Throws INVALID_ARGUMENT.
 */
export function compileDestination(template: string, style: DestinationStyle): (delivery: Delivery) => string {
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
  const read: Record<Placeholder, (delivery: Delivery) => string> = {
    cluster: ({ cluster }) => cluster,
    group: ({ group }) => (group === '' ? 'core' : group),
    version: ({ version }) => version,
    kind: ({ kind }) => kind,
    namespace: ({ namespace }) => (namespace === '' ? '-' : namespace),
    type: ({ type }) => type,
  }
  return (delivery) => parts.map((part, index) => (index % 2 === 1 ? read[part as Placeholder](delivery).replace(foreign, '_') : part)).join('').slice(0, maxLength)
}
