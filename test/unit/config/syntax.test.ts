import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findJsonMistake } from '../../../src/config/json-syntax.ts'
import { parseText } from '../../../src/config/parse-text.ts'
import { mistakesIn } from './parse.ts'

describe('JSON', () => {
  it.each([
    ['{"listenPort": 3000,\n "logType": }', 'line 2, column 13', 'a value was expected'],
    ['{"listenPort": 3000\n "logType": "json"}', 'line 2, column 2', '"," or "}" was expected'],
    ['{"listenPort": 3000,\n}', 'line 2, column 1', 'a key in double quotes was expected'],
    ["{'listenPort': 3000}", 'line 1, column 2', 'a key in double quotes was expected'],
    ['{"listenPort" 3000}', 'line 1, column 15', '":" was expected'],
    ['{"globalWebhookUrls": ["a" "b"]}', 'line 1, column 28', '"," or "]" was expected'],
    ['{"listenPort": 3000', 'line 1, column 20', '"," or "}" was expected'],
    ['{"listenPort":', 'line 1, column 15', 'a value was expected, and here is the end'],
    ['{"listenPort": 3000} // port', 'line 1, column 22', 'the end was expected'],
    ['{"listenPort": 1, "listenPort": 2}', 'line 1, column 19', 'the key "listenPort" is given twice'],
  ])('that is mistaken names the place: %s', (text, path, message) => {
    expect(mistakesIn(text)).toEqual([{ path, message }])
  })

  it('is judged as JSON.parse judges it, for keys given once', () => {
    const text = fc.oneof(
      fc.json(),
      fc.string({ unit: fc.constantFrom('{', '}', '[', ']', ',', ':', '"a"', '"\\n"', '1', '-0.5e+3', '01', 'true', 'null', ' ', '\n', '"', '\\', '\u0001') }),
    )
    fc.assert(
      fc.property(text, (text) => {
        const mistake = findJsonMistake(text)
        fc.pre(mistake?.message.endsWith('is given twice') !== true)
        expect(mistake === undefined).toBe(isJson(text))
      }),
      { numRuns: 2000 },
    )
  })

  it('nested without an end is refused', () => {
    expect(mistakesIn('{"a":'.repeat(50_000))[0]?.message).toContain('nested')
  })
})

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

describe('YAML', () => {
  it('is read by its extension, and where the text does not begin with a brace', () => {
    expect(parseText('a: 1 # one', 'c')).toEqual({ a: 1 })
    expect(parseText('{a: 1}', 'c.yaml')).toEqual({ a: 1 })
    expect(mistakesIn('{a: 1}', 'c.json')[0]?.path).toBe('line 1, column 2')
    expect(parseText('\uFEFF{"a": 1}', 'c')).toEqual({ a: 1 })
    expect(parseText('# nothing', 'c.yml')).toEqual({})
  })

  it.each([
    ['a: 1\nb: [1', /^line 2, column \d+$/],
    ['a: 1\na: 2', /^line 2, column 1$/],
    ['a: 1\n---\nb: 2', /^line 2, column 1$/],
    ['a: !secret x', /^line 1, column 4$/],
    ['[1]: 2', /^line 1, column 1$/],
  ])('that is mistaken names the place: %j', (text, path) => {
    expect(mistakesIn(text)[0]?.path).toMatch(path)
  })

  it.each([
    ['an alias inside what it names', 'a: &a [*a]'],
    ['aliases that multiply', 'a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c]'],
    ['brackets without an end', '['.repeat(20_000)],
  ])('with %s is refused', (_, text) => {
    expect(mistakesIn(text).length).toBeGreaterThan(0)
    expect(mistakesIn(text).length).toBeLessThanOrEqual(5)
  })
})
