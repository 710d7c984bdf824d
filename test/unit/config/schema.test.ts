import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { configSchema, emitConfigSchema } from '../../../src/config/schema.ts'
import { grwConfig, parse } from './parse.ts'

interface Node {
  readonly description?: string
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Node>>
  readonly items?: Node
}

function nodes(node: Node, path: string): { readonly path: string; readonly node: Node }[] {
  const children = Object.entries(node.properties ?? {}).flatMap(([key, child]) => nodes(child, `${path}.${key}`))
  return [{ path, node }, ...children, ...(node.items?.properties === undefined ? [] : Object.entries(node.items.properties).flatMap(([key, child]) => nodes(child, `${path}[].${key}`)))]
}

describe('schema/config.schema.json', () => {
  const emitted = readFileSync(join(import.meta.dirname, '../../../schema/config.schema.json'), 'utf8')

  it('is in step with the code (npm run emit writes it)', () => {
    expect(emitted).toBe(emitConfigSchema())
  })

  it('describes every key', () => {
    const bare = nodes(configSchema as Node, '').filter(({ node }) => (node.description ?? '') === '')
    expect(bare.map(({ path }) => path)).toEqual([])
  })

  it('is a schema that stands on its own, with examples that fit', () => {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(JSON.parse(emitted) as object)
    expect(validate(grwConfig)).toBe(true)
    for (const example of configSchema['examples'] as object[]) {
      expect(validate(example)).toBe(true)
      parse(example)
    }
  })

  it('tells the defaults that hold', () => {
    const withDefaults = (node: Node): unknown =>
      node.properties === undefined ? node.default : Object.fromEntries(Object.entries(node.properties).flatMap(([key, child]) => (withDefaults(child) === undefined ? [] : [[key, withDefaults(child)]])))
    expect(parse(withDefaults(configSchema as Node))).toEqual(parse({}))
  })
})
