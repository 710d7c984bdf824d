import type { FastifyReply, FastifyRequest } from 'fastify'
import { WatchqlError } from '../base/errors.ts'
import { compileExactMatch, type ExactMatch } from '../model/exact-match.ts'
import { ofLimitedSize } from '../model/path-filter.ts'
import { apiVersionOf, formatKind, normaliseGroup, type GroupVersionKind, type Resource } from '../model/resource.ts'
import { partOf } from '../store/query/part.ts'
import type { Cluster } from '../watch/cluster.ts'
import { openKind, openPart } from '../watch/open-kind.ts'
import { apiResource } from './api-groups.ts'
import type { RestOptions } from './context.ts'
import { isKnown } from './etag.ts'
import { listStream } from './list-stream.ts'
import { Parameters } from './parameters.ts'
import { patienceOf } from './patience.ts'

/** `GET|POST /resources/k8sObjects`: the whole objects of a kind that all conditions hold for. */
export async function answerObjects(request: FastifyRequest, reply: FastifyReply, options: RestOptions): Promise<unknown> {
  const parameters = new Parameters(request.query, request.method === 'POST' ? request.body : undefined)
  const kind = readKind(parameters)
  const match = readMatch(parameters)
  const predicate = ofLimitedSize(compileExactMatch(match), options.filter, 'fieldMatches')
  const scope = await options.scopeOf(request)
  const signal = patienceOf(reply, options.requestTimeoutMs)
  const opened = parameters.flag('dedicated') ? openPart(options.cluster, kind, (resource) => partOf(predicate, resource), options, signal) : openKind(options.cluster, kind, options, signal)
  const informer = await opened.catch((error: unknown) => {
    throw withCandidates(error, options.cluster, kind)
  })
  const lister = informer.lister(scope)
  if (request.method !== 'POST') {
    const etag = `"${lister.revision(match.namespace)}"`
    void reply.headers({ etag, 'cache-control': 'private, no-cache' })
    if (isKnown(etag, request.headers['if-none-match'])) return reply.code(304).send()
  }
  void reply.type('application/json; charset=utf-8')
  if (request.method === 'HEAD') return reply.send()
  const objects = lister.select(predicate)
  // Who stops reading must not keep what he was to be sent for ever.
  reply.raw.setTimeout(options.requestTimeoutMs, () => reply.raw.destroy())
  return reply.send(listStream(`${objects.length} resource(s) founded`, objects, options.texts))
}

function readKind(parameters: Parameters): GroupVersionKind {
  const [group, version, kind] = (['group', 'version', 'kind'] as const).map((name) => parameters.text(name))
  if (group !== undefined && version !== undefined && kind !== undefined) return { group: normaliseGroup(group), version, kind }
  throw new WatchqlError('MISSING_KIND', 'Name the kind: `group` (core for the core group), `version` and `kind`.', { details: { data: { group, version, kind } } })
}

function readMatch(parameters: Parameters): ExactMatch {
  const [namespace, name, uid] = (['namespace', 'name', 'uid'] as const).map((member) => parameters.text(member))
  return {
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
    labels: parameters.texts('labelSelectors'),
    annotations: parameters.texts('annotationSelectors'),
    fields: parameters.pairs('fieldMatches'),
  }
}

/** A kind that is not served is answered with those that have its name. */
function withCandidates(error: unknown, { discovery }: Cluster, { kind }: GroupVersionKind): unknown {
  if (!(error instanceof WatchqlError) || error.status !== 404) return error
  const candidates = discovery.resources().filter((resource) => resource.kind.toLowerCase() === kind.toLowerCase())
  return new WatchqlError(error.code, error.message, { cause: error, details: { ...error.details, data: candidates.map(asCandidate) } })
}

/** In the words in which a query would name it, and as the API server describes it. */
function asCandidate(resource: Resource) {
  return { group: resource.group || 'core', version: resource.version, kind: resource.kind, resource: resource.plural, groupVersion: apiVersionOf(resource), gvk: formatKind(resource), originalApiResource: apiResource(resource) }
}
