import { readFileSync } from 'node:fs'
import { glob } from 'node:fs/promises'
import { buildSchema, getOperationAST, parse, validate } from 'graphql'
import { describe, expect, test } from 'vitest'

const files: string[] = []
for await (const file of glob('src/web/operations/**/*.graphql')) files.push(file)
const schema = buildSchema(readFileSync('schema/golden.graphql', 'utf8'))

describe('operations of the web page', () => {
  test('there are examples of queries, mutations and subscriptions', () => {
    const types = files.map((file) => getOperationAST(parse(readFileSync(file, 'utf8')))?.operation)
    expect(new Set(types)).toEqual(new Set(['query', 'mutation', 'subscription']))
  })

  test.each(files)('%s is valid against the emitted schema', (file) => {
    expect(validate(schema, parse(readFileSync(file, 'utf8')))).toEqual([])
  })

  test.each(files.filter((file) => file.includes('/examples/')))('%s opens with a line that says what it is good for', (file) => {
    expect(readFileSync(file, 'utf8')).toMatch(/^# [A-Z].{20,90}\.\n/)
  })
})
