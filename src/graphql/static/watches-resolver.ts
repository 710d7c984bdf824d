import type { GraphQLResolveInfo } from 'graphql'
import { Arg, Ctx, Info, Mutation, Query, Resolver } from 'type-graphql'
import { WatchqlError } from '../../base/errors.ts'
import { apiVersionOf, formatKind, normaliseGroup } from '../../model/resource.ts'
import type { WatchOptions as WatchOptionsData } from '../../model/watch-options.ts'
import type { Cluster } from '../../watch/cluster.ts'
import type { Informer } from '../../watch/informer.ts'
import type { GraphqlContext } from '../context.ts'
import { findKind } from '../../watch/find-kind.ts'
import { typedKindsOf } from '../generated/typed-kinds.ts'
import { KindInput, WatchOptionsInput } from './inputs.ts'
import { Kind, Watch } from './kinds.ts'

@Resolver()
export class WatchesResolver {
  @Query(() => [Kind], { description: 'What the cluster serves and can be watched, and what of it is watched.' })
  kinds(
    @Arg('group', () => String, { nullable: true }) group: string | null | undefined,
    @Arg('kind', () => String, { nullable: true }) kind: string | null | undefined,
    @Arg('watched', () => Boolean, { nullable: true }) watched: boolean | null | undefined,
    @Ctx() { settings }: GraphqlContext,
    @Info() { schema }: GraphQLResolveInfo,
  ): Kind[] {
    const typedKinds = typedKindsOf(schema)
    const given = (value: unknown) => value !== undefined && value !== null
    return settings.clusters
      .flatMap((cluster) => cluster.discovery.resources().map((resource) => ({ cluster, resource, informer: cluster.informers.get(resource) })))
      .filter(({ resource }) => (!given(group) || resource.group === normaliseGroup(group)) && (!given(kind) || resource.kind === kind))
      .filter(({ informer }) => !given(watched) || (informer !== undefined) === watched)
      .map(({ cluster, resource, informer }) => {
        const status = informer?.status()
        const form = typedKinds.formOf(resource)
        const typed = { typed: form !== undefined, typeName: form?.type ?? null, listFields: form?.listFields ?? [], objectFields: form?.objectFields ?? [], untypedReason: typedKinds.whyNot(resource) ?? null }
        return { ...resource, ...typed, cluster: cluster.name, apiVersion: apiVersionOf(resource), watched: status !== undefined, state: status?.state ?? null, objects: status?.objects ?? null }
      })
  }

  @Query(() => [Watch], { description: 'What is watched, or declared to be.' })
  watches(@Ctx() { settings }: GraphqlContext): Watch[] {
    return settings.clusters.flatMap((cluster) => [...cluster.informers.all().map((informer) => describe(cluster, informer)), ...describePending(cluster)])
  }

  @Mutation(() => Watch, { description: 'Begins to watch a kind, also after a restart where there is a database. Answers at once; the first list comes in meanwhile.' })
  async startWatch(
    @Arg('kind', () => KindInput) kind: KindInput,
    @Arg('options', () => WatchOptionsInput, { nullable: true }) options: WatchOptionsInput | null | undefined,
    @Ctx() { settings, signal }: GraphqlContext,
  ): Promise<Watch> {
    const cluster = onlyCluster(settings.clusters)
    const resource = await findKind(cluster, kind, signal)
    return describe(cluster, await cluster.watches.start(resource, readOptions(options ?? {}), Boolean(kind.version)))
  }

  @Mutation(() => Boolean, { description: 'Stops watching a kind and drops its cache. False when it was not watched.' })
  async stopWatch(@Arg('kind', () => KindInput) kind: KindInput, @Ctx() { settings, signal }: GraphqlContext): Promise<boolean> {
    const cluster = onlyCluster(settings.clusters)
    const resource = await findKind(cluster, kind, signal)
    if (cluster.informers.get(resource)?.origin === 'CONFIG')
      throw new WatchqlError('WATCH_READ_ONLY', `${formatKind(resource)} is declared in the configuration; take it out there to stop its watch.`)
    return cluster.watches.stop(resource)
  }
}

function onlyCluster(clusters: readonly Cluster[]): Cluster {
  const [cluster] = clusters
  if (cluster === undefined) throw new WatchqlError('NOT_FOUND', 'No cluster is configured.')
  return cluster
}

function describe(cluster: Cluster, informer: Informer): Watch {
  const { resource, options, origin } = informer
  const status = informer.status()
  return {
    cluster: cluster.name,
    kind: { group: resource.group, version: resource.version, kind: resource.kind },
    state: status.state,
    objects: status.objects,
    bytes: status.bytes,
    expected: status.expected ?? null,
    origin,
    options: { namespace: options.namespace, name: options.name, labelSelector: options.labelSelector, fieldSelector: options.fieldSelector },
    resourceVersion: status.resourceVersion ?? null,
    startedAt: status.startedAt,
    syncedAt: status.syncedAt ?? null,
    lastEventAt: status.lastEventAt ?? null,
    staleSince: status.staleSince ?? null,
    restarts: status.restarts,
    lastError: status.lastError ?? null,
  }
}

function describePending(cluster: Cluster): Watch[] {
  return cluster.watches.pending().map(({ kind, origin, reason }) => ({
    cluster: cluster.name,
    kind: { group: kind.group, version: kind.version ?? null, kind: kind.kind },
    state: 'PENDING',
    objects: 0,
    bytes: 0,
    expected: null,
    origin,
    options: {},
    resourceVersion: null,
    startedAt: null,
    syncedAt: null,
    lastEventAt: null,
    staleSince: null,
    restarts: 0,
    lastError: { code: 'KIND_NOT_SERVED', message: reason, at: null },
  }))
}

function readOptions({ namespace, name, labelSelector, fieldSelector }: WatchOptionsInput): WatchOptionsData {
  return {
    ...(namespace ? { namespace } : {}),
    ...(name ? { name } : {}),
    ...(isGiven(labelSelector) ? { labelSelector: textMap(labelSelector, 'labelSelector') } : {}),
    ...(isGiven(fieldSelector) ? { fieldSelector: textMap(fieldSelector, 'fieldSelector') } : {}),
  }
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null
}

function textMap(value: unknown, name: string): Readonly<Record<string, string>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.values(value).every((text) => typeof text === 'string')) return value as Record<string, string>
  throw new WatchqlError('INVALID_ARGUMENT', `\`options.${name}\` must be a map of texts to texts, like { app: "web" }.`)
}
