import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { defaults } from '../../../src/config/defaults.ts'
import { configSchema } from '../../../src/config/schema.ts'
import { mistakesIn } from './parse.ts'

const text = readFileSync(join(import.meta.dirname, '../../../docs/configuration.md'), 'utf8')
const examples = [...text.matchAll(/```(json|yaml)\n(.*?)```/gs)].map(([, language = '', example = '']) => ({ language, example, line: text.slice(0, text.indexOf(example)).split('\n').length }))
const rows = [...text.matchAll(/^\| `([^`]+)` \| (?:`([^`]*)`|none) \|/gm)].map(([, key = '', value]) => [key, value] as const)

describe('docs/configuration.md', () => {
  it('has examples', () => expect(examples.length).toBeGreaterThanOrEqual(7))

  it.each(examples)('shows a configuration that holds at line $line', ({ language, example }) => {
    expect(mistakesIn(example, `example.${language}`)).toEqual([])
  })

  it('tells the default of every key that has one, as it is', () => {
    const { watch, database, limits, transport, feed, http, admin, rest: restApi, graphql, types, delivery, clusterName: _, ...rest } = defaults
    const groups = { watch, database, limits, transport, feed, http, admin, rest: restApi, graphql, types, delivery }
    const grouped = Object.entries(groups).flatMap(([group, values]) => Object.entries(values).map(([key, value]) => [`${group}.${key}`, value] as const))
    const expected = [...Object.entries(rest), ...grouped].map(([key, value]) => [key, Array.isArray(value) ? (value.length === 0 ? undefined : JSON.stringify(value)) : String(value)])
    const told = Object.fromEntries(rows)
    expect(Object.fromEntries(expected.map(([key]) => [key, told[key as string]]))).toEqual(Object.fromEntries(expected))
  })

  it('names every key', () => {
    interface Node {
      readonly properties?: Readonly<Record<string, Node>>
      readonly items?: Node
    }
    const keysOf = (node: Node): string[] => [...Object.entries(node.properties ?? {}).flatMap(([key, child]) => [key, ...keysOf(child)]), ...(node.items === undefined ? [] : keysOf(node.items))]
    const missing = keysOf(configSchema as Node).filter((key) => key !== '$schema' && !new RegExp(`\\b${key}\\b`).test(text))
    expect(missing).toEqual([])
  })
})
