import { lexicographicSortSchema, printSchema } from 'graphql'
import { silentLogger } from './base/logging.ts'
import { WatchqlError } from './base/errors.ts'
import type { Config } from './config/options.ts'
import { Descriptions } from './graphql/generated/descriptions.ts'
import { composeSchema, isTyped } from './graphql/generated/compose-schema.ts'
import { Reducer } from './graphql/generated/reducer.ts'
import { staticSchema } from './graphql/static/build-schema.ts'
import { CachedDiscovery } from './kubernetes/cached-discovery.ts'
import { connect, type Surroundings } from './kubernetes/credentials/connect.ts'
import { HttpKubernetesClient } from './kubernetes/http-client.ts'
import { relationsWith } from './relations/configured.ts'

/**
 * The SDL of the schema that the service would serve for the configured cluster, sorted, so
 * that two of them compare. Throws when the cluster does not tell everything.
 */
export async function clusterSdl(config: Config, surroundings: Surroundings): Promise<string> {
  const client = new HttpKubernetesClient(await connect(config.cluster.connection, surroundings), { ...config.transport, userAgent: 'watchql' })
  const reducer = new Reducer()
  try {
    const discovery = new CachedDiscovery(client, silentLogger)
    await discovery.refresh()
    const resources = discovery.resources().filter(isTyped(config.types))
    const { groupVersions, complete } = await new Descriptions({ client, reducer, limits: config.types }).describe(resources)
    const { schema, composition } = await composeSchema(staticSchema(), resources, groupVersions, { maxTypes: config.types.maxTypes, relations: relationsWith(config.relations) })
    const [kind, reason] = complete ? [] : ([...composition.untyped][0] ?? [])
    if (kind !== undefined) throw new WatchqlError('BAD_SERVER_ANSWER', `Not every kind could be described: ${kind}: ${reason}`)
    return `${printSchema(lexicographicSortSchema(schema))}\n`
  } finally {
    await Promise.all([reducer.close(), client.close()])
  }
}
