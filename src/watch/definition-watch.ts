import { Semaphore } from '../base/semaphore.ts'
import type { Logger } from '../base/logging.ts'
import type { KubernetesClient } from '../kubernetes/client.ts'
import { metadataOnly } from '../kubernetes/metadata-only.ts'
import type { ObjectMeta } from '../model/object.ts'
import type { Resource } from '../model/resource.ts'
import { createStore } from '../store/store.ts'
import type { ChangeDraft } from '../store/store-writer.ts'
import { Reflector, type Condition, type ReflectorSettings } from './reflector.ts'

/** A change of what the cluster is told to serve; the server acts on it a moment later. */
export interface DefinitionChange {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'
  /** The resource that a CustomResourceDefinition defines; absent for an APIService. */
  readonly defines?: { readonly group: string; readonly plural: string }
  /** Whether there is a new text of the definition, not only something else told about it. */
  readonly edited: boolean
}

export interface DefinitionWatchOptions {
  readonly cluster: string
  readonly client: KubernetesClient
  readonly settings: ReflectorSettings
  readonly onChange: (change: DefinitionChange) => void
  /** One of the two lists is in for the first time: changes are told from now on. */
  readonly onListed: () => void
  readonly logger: Logger
}

const clusterScoped = (group: string, kind: string, plural: string): Resource => ({
  group,
  version: 'v1',
  kind,
  plural,
  singular: kind.toLowerCase(),
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: ['list', 'watch'],
  preferred: true,
})
const definitions = clusterScoped('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions')
const apiServices = clusterScoped('apiregistration.k8s.io', 'APIService', 'apiservices')

/**
 * Watches what defines kinds, by metadata only: definitions are large, and what is served in
 * the end only discovery knows. Where that is forbidden it says so once and keeps trying, as a
 * reflector does. Runs until aborted.
 */
export async function watchDefinitions(options: DefinitionWatchOptions, signal: AbortSignal): Promise<void> {
  await Promise.all([definitions, apiServices].map((resource) => watchOne(options, resource, signal)))
}

async function watchOne({ cluster, client, settings, onChange, onListed, logger }: DefinitionWatchOptions, resource: Resource, signal: AbortSignal): Promise<void> {
  let listed = false
  let refused = false
  const condition = (now: Condition) => {
    if (now.condition === 'BROKEN') return
    const refusal = now.condition !== 'LIVE'
    if (refusal && !refused) logger.log('info', `${resource.plural} cannot be watched; changes of what the cluster serves are found at the interval`, { reason: now.failure.message })
    if (!refusal && refused) logger.log('info', `${resource.plural} are watched now`)
    refused = refusal
  }
  const publish = (change: ChangeDraft) => {
    if (listed) onChange(read(change, resource === definitions))
  }
  const reflector = new Reflector({
    client: metadataOnly(client),
    resource,
    options: {},
    writer: createStore(cluster, { resource, publish }).writer,
    settings,
    lists: new Semaphore(1),
    onCondition: condition,
    onExpected: () => undefined,
    onProgress: () => undefined,
    onListed: () => {
      if (!listed) onListed()
      listed = true
    },
  })
  await reflector.run(signal)
}

function read({ type, object, oldObject }: ChangeDraft, isDefinition: boolean): DefinitionChange {
  // A request for deletion counts as a generation of its own, but changes nothing yet.
  const text = (metadata: ObjectMeta | undefined) => (metadata?.deletionTimestamp === undefined ? metadata?.generation : 'ending')
  const edited = type === 'ADDED' || (type === 'MODIFIED' && text(object.metadata) !== text(oldObject?.metadata) && text(object.metadata) !== 'ending')
  if (!isDefinition) return { type, edited }
  // A definition's name is the plural, a dot and the group; a plural has no dots.
  const [plural = '', ...group] = object.metadata.name.split('.')
  return { type, edited, defines: { plural, group: group.join('.') } }
}
