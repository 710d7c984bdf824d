import { existsSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('the table of failures names tests that exist', () => {
  const table = readFileSync('docs/failures.md', 'utf8')
  const named = [...table.matchAll(/`((?:faults|e2e|delivery)\/[a-z0-9/-]+)`/g)].map(([, name]) => name as string)
  expect(named.length).toBeGreaterThan(20)
  expect(named.filter((name) => !existsSync(`test/${name}.test.ts`))).toEqual([])
})
