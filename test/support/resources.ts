import type { Resource } from '../../src/model/resource.ts'

const verbs = ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch']

export const pods: Resource = {
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  verbs,
  preferred: true,
}

export const nodes: Resource = { ...pods, kind: 'Node', plural: 'nodes', singular: 'node', shortNames: ['no'], categories: [], namespaced: false }
