import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compilePredicate } from '../../../../src/model/compile-predicate.ts'
import type { KubeObject } from '../../../../src/model/object.ts'
import { parseLabelSelector } from '../../../../src/model/label-selector.ts'
import { and, value, type Predicate } from '../../../../src/model/predicate.ts'
import { compileListFilters, type ListFilters } from '../../../../src/store/query/arguments.ts'
import { partOf } from '../../../../src/store/query/part.ts'
import { collectionRequest } from '../../../../src/watch/collection-request.ts'
import { pods } from '../../../support/resources.ts'

const limits = { maxTerms: 100, maxDepth: 5 }
const predicateOf = (filters: ListFilters) => compileListFilters(filters, pods, limits)

describe('the part of a kind that an API server can select', () => {
  it.each<[string, ListFilters, object]>([
    ['a namespace and a name', { namespace: 'shop', name: 'web' }, { namespace: 'shop', name: 'web' }],
    ['labels', { labelSelector: 'app=web,tier==front' }, { labelSelector: { app: 'web', tier: 'front' } }],
    ['labels of several values, in order', { labelSelector: 'tier in (b,a),app in (x)' }, { labelSelector: { app: 'x' }, queryParameters: { labelSelector: 'tier in (a,b)' } }],
    ['fields that it knows, however they are asked for', { fieldSelector: 'spec.nodeName=n1', where: { path: 'status.phase', eq: 'Running' } }, { fieldSelector: { 'spec.nodeName': 'n1', 'status.phase': 'Running' } }],
    ['labels by their paths', { where: { path: "metadata.labels['app.kubernetes.io/name']", eq: 'web' } }, { labelSelector: { 'app.kubernetes.io/name': 'web' } }],
    ['what is left of two conditions', { namespaces: ['shop', 'lab'], namespace: 'lab' }, { namespace: 'lab' }],
    ['nothing of several namespaces', { namespaces: ['shop', 'lab'] }, {}],
    ['nothing of fields that it does not know', { fieldSelector: 'spec.priority=1', where: { path: 'spec.containers[0].image', eq: 'x' } }, {}],
    ['nothing of what is negated, of alternatives and of searches', { labelSelector: 'app!=web,!x', where: { or: [{ path: 'spec.nodeName', eq: 'n1' }] }, search: 'web' }, { fieldSelector: { 'spec.nodeName': 'n1' } }],
    ['nothing of what is no label', { where: { path: 'metadata.labels.app', eq: 'no label!' } }, {}],
    ['nothing of a uid', { uid: 'u' }, {}],
  ])('is %s', (_what, filters, part) => {
    expect(partOf(predicateOf(filters), pods)).toEqual(part)
  })

  it('holds every object that the predicate holds for', () => {
    const word = fc.constantFrom('a', 'b', 'c')
    const term = fc.oneof(
      fc.tuple(fc.constantFrom('app', 'tier'), fc.uniqueArray(word, { minLength: 1 })).map(([key, values]): Predicate => value(['metadata', 'labels', key], { test: 'in', values })),
      fc.tuple(fc.constantFrom(['metadata', 'namespace'], ['metadata', 'name'], ['spec', 'nodeName']), fc.uniqueArray(word, { minLength: 1, maxLength: 2 })).map(([path, values]): Predicate => value(path, { test: 'in', values })),
    )
    const object = fc.record({ namespace: word, name: word, app: word, tier: word, nodeName: word }).map(({ namespace, name, app, tier, nodeName }): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name, labels: { app, tier } }, spec: { nodeName } }))
    fc.assert(
      fc.property(fc.array(term, { maxLength: 4 }), object, (terms, object) => {
        const predicate = and(terms)
        if (!compilePredicate(predicate)(object)) return
        // As the server is asked, and as it would answer.
        const part = partOf(predicate, pods)
        const { path, query } = collectionRequest(pods, part)
        expect(path).toBe(part.namespace === undefined ? '/api/v1/pods' : `/api/v1/namespaces/${object.metadata.namespace}/pods`)
        expect(compilePredicate(parseLabelSelector(query['labelSelector'] ?? ''))(object)).toBe(true)
        expect(compilePredicate(predicateOf({ fieldSelector: query['fieldSelector'] ?? '' }))(object)).toBe(true)
      }),
    )
  })
})
