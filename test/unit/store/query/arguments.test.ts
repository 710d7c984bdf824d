import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../../../src/model/compile-predicate.ts'
import { compileListFilters, type ListFilters } from '../../../../src/store/query/arguments.ts'

const pod = { group: '', kind: 'Pod' }
const limits = { maxTerms: 20, maxDepth: 4 }
const object = { metadata: { name: 'web-1', namespace: 'shop', uid: 'u1', labels: { app: 'web' }, annotations: { note: 'a b' } }, status: { phase: 'Running' } }

describe('the filters of a list', () => {
  it.each<[ListFilters, boolean]>([
    [{}, true],
    [{ namespace: null, names: null, labelSelector: '', where: null }, true],
    [{ namespace: 'shop', name: 'web-1', uid: 'u1' }, true],
    [{ namespaces: ['shop', 'other'], names: ['web-1', 'web-2'] }, true],
    [{ namespaces: ['shop'], namespace: 'other' }, false],
    [{ names: [] }, false],
    [{ uid: '' }, false],
    [{ labelSelector: 'app=web', fieldSelector: 'status.phase=Running,spec.hostNetwork=false', annotationSelector: 'note="a b"', where: { path: 'metadata.name', startsWith: 'web' } }, true],
    [{ labelSelector: 'app=web', where: { path: 'metadata.name', startsWith: 'db' } }, false],
    [{ labelSelector: 'app!=web' }, false],
    [{ fieldSelector: 'spec.hostNetwork=true' }, false],
    [{ annotationSelector: '!note' }, false],
  ])('%j must all hold: %s', (filters, expected) => {
    expect(compilePredicate(compileListFilters(filters, pod, limits))(object)).toBe(expected)
  })

  it.each<[ListFilters, string]>([
    [{ labelSelector: 'a b' }, 'INVALID_SELECTOR'],
    [{ fieldSelector: 'x' }, 'INVALID_SELECTOR'],
    [{ annotationSelector: '"a' }, 'INVALID_SELECTOR'],
    [{ where: { path: 'a..b', eq: 1 } }, 'INVALID_PATH'],
    [{ where: { path: 'a', matches: '(' } }, 'INVALID_FILTER'],
  ])('%j is refused with %s', (filters, code) => {
    expect(() => compileListFilters(filters, pod, limits)).toThrow(expect.objectContaining({ code }))
  })
})
