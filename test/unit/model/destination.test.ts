import { describe, expect, it } from 'vitest'
import { compileDestination, isAllowedDestination } from '../../../src/model/destination.ts'

const event = { cluster: 'Prod (eu)', group: 'networking.istio.io', version: 'v1', kind: 'Gateway', namespace: 'shop', type: 'MODIFIED' }

describe('a destination', () => {
  it.each([
    ['watchql', 'watchql', 'watchql'],
    ['watchql.{group}.{kind}', 'watchql.networking.istio.io.Gateway', 'watchql.networking_istio_io.Gateway'],
    ['{cluster}-{version}.{namespace}.{type}', 'Prod__eu_-v1.shop.MODIFIED', 'Prod__eu_-v1.shop.MODIFIED'],
  ])('%s is the topic %s and the subject %s', (template, topic, subject) => {
    expect(compileDestination(template, 'topic')(event)).toBe(topic)
    expect(compileDestination(template, 'subject')(event)).toBe(subject)
  })

  it('has a word for the core group and for objects without a namespace', () => {
    expect(compileDestination('{group}.{namespace}', 'subject')({ ...event, group: '', namespace: '' })).toBe('core.-')
  })

  it.each([
    ['', 'it is empty'],
    ['watchql.{kindd}', 'there is no {kindd}; there are {cluster}, {group}'],
    ['watch ql', 'it may have letters'],
    ['a..{kind}', 'a dot stands between'],
    ['a.', 'a dot stands between'],
    ['watchql.>', 'it may have letters'],
  ])('is refused: %s', (template, reason) => {
    for (const style of ['topic', 'subject'] as const) expect(() => compileDestination(template, style)).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(reason) as string }))
  })

  it.each([
    ['topic', ['watchql.*'], ['watchql.a', 'watchql.{kind}'], ['watchql', 'watchqla', '{kind}', 'watch{kind}', 'a.watchql.b']],
    ['topic', ['audit', 'log-*'], ['audit', 'log-{kind}'], ['audit.{kind}', 'audits', 'log']],
    ['topic', ['*'], ['{kind}', 'a'], []],
    ['topic', [], [], ['a']],
    ['subject', ['watchql.>', 'audit'], ['watchql.{group}.{kind}', 'audit'], ['watchql', 'audit.{kind}', 'watchqlx.a']],
  ] as const)('as a %s is allowed by %j only where all that it names is', (style, allowed, inside, outside) => {
    expect(inside.filter((template) => !isAllowedDestination(template, allowed, style))).toEqual([])
    expect(outside.filter((template) => isAllowedDestination(template, allowed, style))).toEqual([])
  })
})
