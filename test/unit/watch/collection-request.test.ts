import { describe, expect, it } from 'vitest'
import { collectionRequest } from '../../../src/watch/collection-request.ts'
import { nodes, pods } from '../../support/resources.ts'

describe('what a watch asks for', () => {
  it('is the whole collection without options', () => {
    expect(collectionRequest(pods, {})).toEqual({ path: '/api/v1/pods', query: {} })
  })

  it('is limited by namespace, name and selectors', () => {
    const options = { namespace: 'a b', name: 'x', labelSelector: { app: 'web', tier: '' }, fieldSelector: { 'status.phase': 'a,b=c\\d' } }
    expect(collectionRequest(pods, options)).toEqual({
      path: '/api/v1/namespaces/a%20b/pods',
      query: { labelSelector: 'app=web,tier=', fieldSelector: 'status.phase=a\\,b\\=c\\\\d,metadata.name=x' },
    })
    expect(collectionRequest(nodes, { namespace: 'ignored' }).path).toBe('/api/v1/nodes')
  })

  it('adds to the selectors among the query parameters instead of replacing them', () => {
    const queryParameters = { labelSelector: 'app in (a,b)', resourceVersionMatch: 'Exact' }
    expect(collectionRequest(pods, { queryParameters }).query).toEqual(queryParameters)
    expect(collectionRequest(pods, { queryParameters, labelSelector: { tier: 'x' } }).query['labelSelector']).toBe('app in (a,b),tier=x')
  })
})
