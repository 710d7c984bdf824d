import { glob, readFile } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { WatchqlError, errorCatalogue, toWatchqlError } from '../../../src/base/errors.ts'

describe('the catalogue of errors', () => {
  it('is explained in docs/errors.md, code by code', async () => {
    const documented = [...(await readFile('docs/errors.md', 'utf8')).matchAll(/^\| `([A-Z_]+)` \|/gm)].map((found) => found[1])
    expect(new Set(documented)).toEqual(new Set(Object.keys(errorCatalogue)))
  })

  it('holds no code that nothing says', async () => {
    let source = ''
    for await (const file of glob('src/**/*.ts')) if (!file.endsWith('base/errors.ts')) source += await readFile(file, 'utf8')
    expect(Object.keys(errorCatalogue).filter((code) => code !== 'INTERNAL' && !source.includes(`'${code}'`))).toEqual([])
  })

  it('lets nothing of an unexpected error out', () => {
    const cause = new Error('password=hunter2')
    const masked = toWatchqlError(cause)
    expect(masked).toMatchObject({ code: 'INTERNAL', status: 500, cause })
    expect(masked.message).not.toContain('hunter2')
    const known = new WatchqlError('NOT_FOUND', 'nobody')
    expect(toWatchqlError(known)).toBe(known)
  })
})
