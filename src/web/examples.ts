import type { OneObjectQueryVariables, PageByPageQueryVariables, StartWatchMutationVariables, TroubledPodsQueryVariables, TypedDeploymentsQueryVariables, WorkloadsByLabelQueryVariables } from './generated/operations.ts'
import ingressToPods from './operations/examples/ingress-to-pods.graphql?raw'
import newestPods from './operations/examples/newest-pods.graphql?raw'
import oneObject from './operations/examples/one-object.graphql?raw'
import pageByPage from './operations/examples/page-by-page.graphql?raw'
import podPhasesLive from './operations/examples/pod-phases-live.graphql?raw'
import podsPerNode from './operations/examples/pods-per-node.graphql?raw'
import servicesWithoutPods from './operations/examples/services-without-pods.graphql?raw'
import startWatch from './operations/examples/start-watch.graphql?raw'
import troubledPods from './operations/examples/troubled-pods.graphql?raw'
import typedDeployments from './operations/examples/typed-deployments.graphql?raw'
import unwatchedKinds from './operations/examples/unwatched-kinds.graphql?raw'
import watchPods from './operations/examples/watch-pods.graphql?raw'
import watchedKinds from './operations/examples/watched-kinds.graphql?raw'
import workloadsByLabel from './operations/examples/workloads-by-label.graphql?raw'

export interface Example {
  readonly title: string
  readonly description: string
  readonly type: 'query' | 'mutation' | 'subscription'
  readonly query: string
  readonly variables: string
}

/** Each file opens with a comment that says what its operation is good for. */
const read = (title: string, query: string, variables?: object): Example => ({
  title,
  description: /^# (.+)/.exec(query)?.[1] ?? '',
  type: (/^(?:query|mutation|subscription)/m.exec(query)?.[0] ?? 'query') as Example['type'],
  query,
  variables: variables === undefined ? '' : JSON.stringify(variables, undefined, 2),
})

export const examples: readonly Example[] = [
  read('Newest pods', newestPods),
  read('Troubled pods', troubledPods, { namespaces: null } satisfies TroubledPodsQueryVariables),
  read('From Ingress to Pods', ingressToPods),
  read('Live changes', watchPods),
  read('Count and sum', podsPerNode),
  read('Workloads by label', workloadsByLabel, { labelSelector: 'app.kubernetes.io/component in (api, web)' } satisfies WorkloadsByLabelQueryVariables),
  read('By the fields of a kind', typedDeployments, { namespace: null } satisfies TypedDeploymentsQueryVariables),
  read('Services without Pods', servicesWithoutPods),
  read('A live query', podPhasesLive),
  read('Watched kinds', watchedKinds),
  read('Page by page', pageByPage, { first: 5, after: null } satisfies PageByPageQueryVariables),
  read('One object', oneObject, { namespace: 'shop', name: 'checkout' } satisfies OneObjectQueryVariables),
  read('Kinds not watched yet', unwatchedKinds),
  read('Watch one more kind', startWatch, { kind: { group: 'apps', kind: 'ControllerRevision' } } satisfies StartWatchMutationVariables),
]

/** How many of them a first visit opens as tabs. */
export const openedAtFirst = 6
