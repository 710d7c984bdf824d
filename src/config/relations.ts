import { checkQualifiedName } from '../model/label-syntax.ts'
import { normaliseGroup } from '../model/resource.ts'
import { checkFieldPath } from './field-path.ts'
import type { ConfigMistake } from './mistakes.ts'
import type { RelationConfig } from './options.ts'
import { at } from './paths.ts'
import type { RawKind, RawRelation } from './raw.ts'

const ways = ['owner', 'reference', 'label', 'selector'] as const

/** The relations that a configuration declares, and what is wrong with them. */
export function completeRelations(raw: readonly RawRelation[]): { readonly relations: readonly RelationConfig[]; readonly mistakes: readonly ConfigMistake[] } {
  const mistakes: ConfigMistake[] = []
  const relations = raw.map((relation, index): RelationConfig => {
    const wrong = (message: string, member?: string) => mistakes.push({ path: member === undefined ? at('relations', index) : `${at('relations', index)}.${member}`, message })
    const { name, from, to, inverse, many, reference, label, selector } = relation
    const given = ways.filter((way) => relation[way])
    if (given.length !== 1) wrong(`says how it is found by one of ${ways.join(', ')}; ${given.length === 0 ? 'none is given' : `${given.join(' and ')} are`}`)
    for (const [member, path] of [['reference', reference], ['selector', selector]] as const) {
      const reason = path ? path.split('[*]').map((part, i) => (part === '' && i > 0 ? undefined : checkFieldPath(part))).find((found) => found !== undefined) : undefined
      if (reason !== undefined) wrong(reason, member)
    }
    const badKey = label ? checkQualifiedName(label) : undefined
    if (badKey !== undefined) wrong(`${JSON.stringify(label)} is no key of a label: ${badKey}`, 'label')
    return {
      name,
      from: kindOf(from),
      to: kindOf(to),
      ...(inverse ? { inverse } : {}),
      many: selector ? true : (many ?? false),
      via: reference ? { by: 'reference', path: reference } : label ? { by: 'label', key: label } : selector ? { by: 'selector', path: selector } : { by: 'owner' },
    }
  })
  return { relations, mistakes }
}

function kindOf({ group, kind }: RawKind): RelationConfig['from'] {
  return { group: normaliseGroup(group), kind }
}
