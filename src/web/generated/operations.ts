/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedQueryDocumentNode as DocumentNode } from 'graphql';
/** Names a kind. The core group is empty or `core`; without a version the one that the server prefers is meant. */
export type KindInput = {
  group?: string | null | undefined;
  kind: string;
  version?: string | null | undefined;
};

export type ObjectChangeReason =
  /** The changes after the given cursor are not known any more; of a filter that follows relations they never are. */
  | 'CURSOR_TOO_OLD'
  /** The object was there before, but the filter did not hold for it. */
  | 'ENTERED_FILTER'
  /** Part of a snapshot. */
  | 'INITIAL'
  /** The object is still there, but the filter no longer holds for it. */
  | 'LEFT_FILTER'
  /** More changes came than this subscriber took. */
  | 'SLOW_CONSUMER';

export type ObjectChangeType =
  | 'ADDED'
  /** Nothing happened; here is a newer cursor. */
  | 'BOOKMARK'
  | 'DELETED'
  | 'MODIFIED'
  /** Forget what came before: a new snapshot follows. */
  | 'RESET'
  /** The snapshot is complete. */
  | 'SYNCED';

export type RelationStatus =
  /** Whether it is there is not for the caller to know. */
  | 'FORBIDDEN'
  /** It is there. */
  | 'FOUND'
  /** It is not there, or an object of the same name that was made later. */
  | 'MISSING'
  /** Its kind, or the part of it that it would be in, is not watched. */
  | 'NOT_WATCHED';

export type WatchOrigin =
  /** Begun by startWatch. */
  | 'API'
  /** Declared in the configuration; cannot be stopped here. */
  | 'CONFIG'
  /** Begun by a query. */
  | 'DEMAND';

export type WatchState =
  /** The gateway may not list or watch the kind. */
  | 'FORBIDDEN'
  /** The cluster no longer serves the kind. */
  | 'GONE'
  /** Complete and followed. */
  | 'LIVE'
  /** Declared, but the cluster does not serve the kind yet. */
  | 'PENDING'
  /** Its objects do not fit into memory; none of them are kept. */
  | 'REFUSED'
  /** Was complete; the connection is being restored and the last known objects are served. */
  | 'STALE'
  /** The first list is not in yet. */
  | 'SYNCING';

export type IngressToPodsQueryVariables = Exact<{ [key: string]: never; }>;


export type IngressToPodsQuery = { ingresses: { nodes: Array<{ metadata: { namespace: string | null, name: string }, relations: { services: { nodes: Array<{ metadata: { name: string }, relations: { pods: { totalCount: number, nodes: Array<{ metadata: { name: string }, status: { phase: string | null } | null, relations: { node: { status: RelationStatus, name: string | null } | null } }> } } }> } } }> } };

export type NewestPodsQueryVariables = Exact<{ [key: string]: never; }>;


export type NewestPodsQuery = { objects: { totalCount: number, groups: Array<{ keys: Array<unknown>, count: number }>, nodes: Array<
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { phase: unknown, node: unknown, metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
    > } };

export type OneObjectQueryVariables = Exact<{
  namespace?: string | null | undefined;
  name?: string | null | undefined;
}>;


export type OneObjectQuery = { object:
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
    | { id: string, apiVersion: string, kind: string, raw: unknown, readyReplicas: unknown }
   | null };

export type PageByPageQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type PageByPageQuery = { objects: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
      | { metadata: { namespace: string | null, name: string, creationTimestamp: string | null } }
    > } };

export type PodPhasesLiveSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type PodPhasesLiveSubscription = { live: { objects: { totalCount: number, groups: Array<{ keys: Array<unknown>, count: number }> } } | null };

export type PodsPerNodeQueryVariables = Exact<{ [key: string]: never; }>;


export type PodsPerNodeQuery = { pods: { totalCount: number, groups: Array<{ keys: Array<unknown>, count: number }> }, deployments: { groups: Array<{ keys: Array<unknown>, count: number, desired: number | null, ready: number | null, largest: unknown }> } };

export type ServicesWithoutPodsQueryVariables = Exact<{ [key: string]: never; }>;


export type ServicesWithoutPodsQuery = { services: { totalCount: number, nodes: Array<{ metadata: { namespace: string | null, name: string }, spec: { selector: Record<string, string> | null } | null, relations: { endpointSlices: { totalCount: number } } }> } };

export type StartWatchMutationVariables = Exact<{
  kind: KindInput;
}>;


export type StartWatchMutation = { startWatch: { state: WatchState, objects: number } };

export type TroubledPodsQueryVariables = Exact<{
  namespaces?: Array<string> | string | null | undefined;
}>;


export type TroubledPodsQuery = { objects: { totalCount: number, nodes: Array<
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
      | { phase: unknown, restarts: unknown, waiting: unknown, metadata: { namespace: string | null, name: string } }
    >, partial: Array<{ code: string, message: string }> } };

export type TypedDeploymentsQueryVariables = Exact<{
  namespace?: string | null | undefined;
}>;


export type TypedDeploymentsQuery = { deployments: { totalCount: number, nodes: Array<{ metadata: { namespace: string | null, name: string }, spec: { replicas: number | null, template: { spec: { containers: Array<{ name: string | null, image: string | null }> | null } | null } | null } | null, status: { readyReplicas: number | null, conditions: Array<{ type: string | null, status: string | null }> | null } | null }> } };

export type UnwatchedKindsQueryVariables = Exact<{ [key: string]: never; }>;


export type UnwatchedKindsQuery = { kinds: Array<{ group: string, version: string, kind: string, namespaced: boolean }> };

export type WatchPodsSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type WatchPodsSubscription = { objects: { type: ObjectChangeType, reason: ObjectChangeReason | null, cursor: string | null, object:
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
      | { phase: unknown, waiting: unknown, metadata: { namespace: string | null, name: string, resourceVersion: string | null } }
     | null } };

export type WatchedKindsQueryVariables = Exact<{ [key: string]: never; }>;


export type WatchedKindsQuery = { watches: Array<{ state: WatchState, objects: number, origin: WatchOrigin, lastEventAt: string | null, restarts: number, kind: { group: string, version: string | null, kind: string }, lastError: { code: string, message: string } | null }> };

export type WorkloadsByLabelQueryVariables = Exact<{
  labelSelector?: string | null | undefined;
}>;


export type WorkloadsByLabelQuery = { objects: { totalCount: number, nodes: Array<
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
      | { kind: string, replicas: unknown, image: unknown, metadata: { namespace: string | null, name: string, labels: Record<string, string> } }
    > } };

export type WatchStatusQueryVariables = Exact<{ [key: string]: never; }>;


export type WatchStatusQuery = { watches: Array<{ cluster: string, state: WatchState, objects: number, expected: number | null, kind: { group: string, version: string | null, kind: string }, lastError: { message: string } | null }> };


export const IngressToPodsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"IngressToPods"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ingresses"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"relations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"services"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"relations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pods"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"5"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"status"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"phase"}}]}},{"kind":"Field","name":{"kind":"Name","value":"relations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]}}]}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<IngressToPodsQuery, IngressToPodsQueryVariables>;
export const NewestPodsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NewestPods"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"objects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Pod","block":false}}]}]}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"metadata.creationTimestamp","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"DESC"}}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"groups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"StringValue","value":"status.phase","block":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"keys"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"creationTimestamp"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"phase"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.phase","block":false}}]},{"kind":"Field","alias":{"kind":"Name","value":"node"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"spec.nodeName","block":false}}]}]}}]}}]}}]} as unknown as DocumentNode<NewestPodsQuery, NewestPodsQueryVariables>;
export const OneObjectDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OneObject"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"object"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kind"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"StringValue","value":"apps","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Deployment","block":false}}]}},{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"apiVersion"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","alias":{"kind":"Name","value":"readyReplicas"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.readyReplicas","block":false}}]},{"kind":"Field","name":{"kind":"Name","value":"raw"}}]}}]}}]} as unknown as DocumentNode<OneObjectQuery, OneObjectQueryVariables>;
export const PageByPageDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PageByPage"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"objects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Pod","block":false}}]}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"creationTimestamp"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PageByPageQuery, PageByPageQueryVariables>;
export const PodPhasesLiveDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"PodPhasesLive"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"live"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"throttleMs"},"value":{"kind":"IntValue","value":"500"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"objects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Pod","block":false}}]}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"0"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"groups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"status.phase","block":false}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"keys"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PodPhasesLiveSubscription, PodPhasesLiveSubscriptionVariables>;
export const PodsPerNodeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PodsPerNode"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","alias":{"kind":"Name","value":"pods"},"name":{"kind":"Name","value":"objects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Pod","block":false}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"groups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"spec.nodeName","block":false},{"kind":"StringValue","value":"status.phase","block":false}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"keys"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}}]}},{"kind":"Field","alias":{"kind":"Name","value":"deployments"},"name":{"kind":"Name","value":"objects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"StringValue","value":"apps","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Deployment","block":false}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"groups"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"metadata.namespace","block":false}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"keys"}},{"kind":"Field","name":{"kind":"Name","value":"count"}},{"kind":"Field","alias":{"kind":"Name","value":"desired"},"name":{"kind":"Name","value":"sum"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"spec.replicas","block":false}}]},{"kind":"Field","alias":{"kind":"Name","value":"ready"},"name":{"kind":"Name","value":"sum"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.readyReplicas","block":false}}]},{"kind":"Field","alias":{"kind":"Name","value":"largest"},"name":{"kind":"Name","value":"max"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"spec.replicas","block":false}}]}]}}]}}]}}]} as unknown as DocumentNode<PodsPerNodeQuery, PodsPerNodeQueryVariables>;
export const ServicesWithoutPodsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ServicesWithoutPods"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"services"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"relations"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"pods"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"none"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"phase"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"eq"},"value":{"kind":"StringValue","value":"Running","block":false}}]}}]}}]}}]}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"spec"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"selector"}}]}},{"kind":"Field","name":{"kind":"Name","value":"relations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endpointSlices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ServicesWithoutPodsQuery, ServicesWithoutPodsQueryVariables>;
export const StartWatchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"StartWatch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kind"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"KindInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"startWatch"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kind"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kind"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"objects"}}]}}]}}]} as unknown as DocumentNode<StartWatchMutation, StartWatchMutationVariables>;
export const TroubledPodsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TroubledPods"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespaces"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"objects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Pod","block":false}}]}]}},{"kind":"Argument","name":{"kind":"Name","value":"namespaces"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespaces"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"or"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.phase","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"notIn"},"value":{"kind":"ListValue","values":[{"kind":"StringValue","value":"Running","block":false},{"kind":"StringValue","value":"Succeeded","block":false}]}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.containerStatuses","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"some"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"restartCount","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"gt"},"value":{"kind":"IntValue","value":"0"}}]}}]}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"metadata.creationTimestamp","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"DESC"}}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"phase"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.phase","block":false}}]},{"kind":"Field","alias":{"kind":"Name","value":"restarts"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.containerStatuses[0].restartCount","block":false}}]},{"kind":"Field","alias":{"kind":"Name","value":"waiting"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.containerStatuses[0].state.waiting.reason","block":false}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"partial"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<TroubledPodsQuery, TroubledPodsQueryVariables>;
export const TypedDeploymentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TypedDeployments"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deployments"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"namespace"},"value":{"kind":"Variable","name":{"kind":"Name","value":"namespace"}}},{"kind":"Argument","name":{"kind":"Name","value":"where"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"spec"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"replicas"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"gte"},"value":{"kind":"IntValue","value":"2"}}]}}]}}]}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"spec.replicas","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"direction"},"value":{"kind":"EnumValue","value":"DESC"}}]}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"10"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"spec"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replicas"}},{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"spec"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"containers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"image"}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"status"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"readyReplicas"}},{"kind":"Field","name":{"kind":"Name","value":"conditions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<TypedDeploymentsQuery, TypedDeploymentsQueryVariables>;
export const UnwatchedKindsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"UnwatchedKinds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kinds"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"watched"},"value":{"kind":"BooleanValue","value":false}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"group"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"namespaced"}}]}}]}}]} as unknown as DocumentNode<UnwatchedKindsQuery, UnwatchedKindsQueryVariables>;
export const WatchPodsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"WatchPods"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"objects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Pod","block":false}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"object"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"resourceVersion"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"phase"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.phase","block":false}}]},{"kind":"Field","alias":{"kind":"Name","value":"waiting"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"status.containerStatuses[0].state.waiting.reason","block":false}}]}]}},{"kind":"Field","name":{"kind":"Name","value":"cursor"}}]}}]}}]} as unknown as DocumentNode<WatchPodsSubscription, WatchPodsSubscriptionVariables>;
export const WatchedKindsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WatchedKinds"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"watches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"group"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"objects"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"lastEventAt"}},{"kind":"Field","name":{"kind":"Name","value":"restarts"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<WatchedKindsQuery, WatchedKindsQueryVariables>;
export const WorkloadsByLabelDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WorkloadsByLabel"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"labelSelector"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"objects"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"kinds"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"StringValue","value":"apps","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"Deployment","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"StringValue","value":"apps","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"StatefulSet","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"group"},"value":{"kind":"StringValue","value":"apps","block":false}},{"kind":"ObjectField","name":{"kind":"Name","value":"kind"},"value":{"kind":"StringValue","value":"DaemonSet","block":false}}]}]}},{"kind":"Argument","name":{"kind":"Name","value":"labelSelector"},"value":{"kind":"Variable","name":{"kind":"Name","value":"labelSelector"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"ListValue","values":[{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"metadata.namespace","block":false}}]},{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"metadata.name","block":false}}]}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"metadata"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"labels"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"replicas"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"spec.replicas","block":false}}]},{"kind":"Field","alias":{"kind":"Name","value":"image"},"name":{"kind":"Name","value":"value"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"path"},"value":{"kind":"StringValue","value":"spec.template.spec.containers[0].image","block":false}}]}]}}]}}]}}]} as unknown as DocumentNode<WorkloadsByLabelQuery, WorkloadsByLabelQueryVariables>;
export const WatchStatusDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WatchStatus"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"watches"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cluster"}},{"kind":"Field","name":{"kind":"Name","value":"kind"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"group"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}}]}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"objects"}},{"kind":"Field","name":{"kind":"Name","value":"expected"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<WatchStatusQuery, WatchStatusQueryVariables>;