import type { KubeObject } from '../../../model/object.ts'
import { apiVersionOf } from '../../../model/resource.ts'
import type { Exchange } from '../exchange.ts'
import { namespaceKind } from '../kinds/namespace-controller.ts'
import type { ServedKind } from '../kinds/served-kind.ts'
import { listOptions } from '../reads/list-options.ts'
import { listItem, represent } from '../reads/representation.ts'
import { selectionOf } from '../reads/selection.ts'
import { badRequest, conflict, deleted, forbidden, invalid, methodNotAllowed, noSuchPath, notFound, unsupportedMediaType } from '../status.ts'
import type { Draft } from '../store/draft.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { isObject } from './members.ts'
import { patchOf } from './patch.ts'
import { scaleOf, withScale } from './scale.ts'

/** Answers the requests that change objects, and those for subresources. */
export async function answerWrite(exchange: Exchange, store: ObjectStore, kind: ServedKind): Promise<void> {
  const { verb, namespace, name, subresource } = exchange.info
  const { resource } = kind
  if (subresource !== undefined && !kind.subresources.some((known) => known === subresource)) throw noSuchPath()
  if (name === undefined) {
    if (verb === 'create') return create(exchange, store, kind)
    if (verb === 'deletecollection' && (namespace !== undefined) === resource.namespaced) return deleteCollection(exchange, store, kind)
    throw methodNotAllowed()
  }
  const current = () => store.get(kind, namespace, name)
  switch (verb) {
    case 'get':
      return exchange.json(200, subresource === 'scale' ? scaleOf(current()) : represent(current(), kind))
    case 'update': {
      const body = await readObject(exchange)
      return exchange.json(200, replace(exchange, store, kind, body))
    }
    case 'patch': {
      const patch = patchOf(exchange, kind)
      const text = await exchange.text()
      // Nothing is awaited from here on, so the patch meets the object that it is applied to.
      const target: Draft = subresource === 'scale' ? scaleOf(current()) : represent(current(), kind)
      const { resourceVersion: _any, ...metadata } = target.metadata ?? {}
      return exchange.json(200, replace(exchange, store, kind, patch({ ...target, metadata }, text)))
    }
    case 'delete':
      if (subresource !== undefined) throw methodNotAllowed()
      return remove(exchange, store, kind, current())
    default:
      throw methodNotAllowed()
  }
}

async function create(exchange: Exchange, store: ObjectStore, kind: ServedKind): Promise<void> {
  const { namespace } = exchange.info
  if ((namespace !== undefined) !== kind.resource.namespaced) throw methodNotAllowed()
  const { metadata: given, status, ...members } = checkObject(await readObject(exchange), kind, namespace)
  const { uid: _uid, creationTimestamp: _created, resourceVersion, ...metadata } = given ?? {}
  if (resourceVersion !== undefined && resourceVersion !== '') throw badRequest('resourceVersion should not be set on objects to be created')
  if (namespace !== undefined) checkNamespace(store, kind, namespace, metadata.name)
  // Only a Node tells its status when it registers.
  const keepsStatus = !kind.subresources.includes('status') || kind.resource.plural === 'nodes'
  const draft = { ...members, ...(keepsStatus && status !== undefined ? { status } : {}), metadata }
  exchange.json(201, represent(store.create(kind, namespace, draft, { manager: managerOf(exchange) }), kind))
}

function replace(exchange: Exchange, store: ObjectStore, kind: ServedKind, body: unknown): object {
  const { subresource, namespace, name = '' } = exchange.info
  const manager = managerOf(exchange)
  if (subresource === 'scale') return scaleOf(store.update(kind, namespace, name, withScale(store.get(kind, namespace, name), body), { manager, subresource }))
  const draft = checkObject(body, kind, namespace, name)
  const current = store.get(kind, namespace, name)
  const { resourceVersion, uid } = draft.metadata ?? {}
  if (kind.custom && exchange.info.verb === 'update' && (resourceVersion ?? '') === '') {
    const message = 'Invalid value: 0: must be specified for an update'
    throw invalid({ group: kind.resource.group, kind: kind.resource.kind, name }, [{ reason: 'FieldValueInvalid', field: 'metadata.resourceVersion', message }])
  }
  const expected = { ...(resourceVersion ? { resourceVersion } : { resourceVersion: current.metadata.resourceVersion ?? '' }), ...(uid ? { uid } : {}) }
  if (subresource === 'status') {
    const next = { ...current, ...(draft['status'] === undefined ? {} : { status: draft['status'] }), metadata: { ...current.metadata, ...expected } }
    return represent(store.update(kind, namespace, name, next, { manager, subresource }), kind)
  }
  // The status is not the writer's to change, unless the kind makes no difference.
  const { status: _status, ...members } = draft
  const kept = current['status'] === undefined ? {} : { status: current['status'] }
  const next = kind.subresources.includes('status') ? { ...members, ...kept } : draft
  return represent(store.update(kind, namespace, name, { ...next, metadata: { ...draft.metadata, ...expected } }, { manager }), kind)
}

async function remove(exchange: Exchange, store: ObjectStore, kind: ServedKind, object: KubeObject): Promise<void> {
  const { group, plural } = kind.resource
  const { name, namespace, uid, resourceVersion } = object.metadata
  const subject = { group, plural, name }
  const text = await exchange.text()
  const { preconditions } = (text === '' ? {} : parse(text)) as { readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string } }
  if (preconditions?.uid !== undefined && preconditions.uid !== uid)
    throw conflict(subject, `the UID in the precondition (${preconditions.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`)
  if (preconditions?.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion)
    throw conflict(subject, `the ResourceVersion in the precondition (${preconditions.resourceVersion}) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`)
  if (kind === namespaceKind && ['default', 'kube-system', 'kube-public'].includes(name)) throw forbidden(subject, 'this namespace may not be deleted')
  const last = store.delete(kind, namespace, name)
  const held = store.find(kind, namespace, name) ?? (kind === namespaceKind ? last : undefined)
  exchange.json(200, held === undefined ? deleted({ ...subject, uid }) : represent(held, kind))
}

function deleteCollection(exchange: Exchange, store: ObjectStore, kind: ServedKind): void {
  const { query } = exchange.info
  const { holds } = selectionOf(kind, exchange.info)
  listOptions(query, false, false)
  const doomed = [...store.values(kind)].filter(holds)
  for (const { metadata } of doomed) store.delete(kind, metadata.namespace, metadata.name)
  const { resource } = kind
  const items = doomed.map((object) => listItem(object, kind))
  exchange.json(200, { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource), metadata: { resourceVersion: String(store.resourceVersion) }, items })
}

function checkNamespace(store: ObjectStore, kind: ServedKind, namespace: string, name: string | undefined): void {
  const found = store.find(namespaceKind, undefined, namespace)
  if (found === undefined) throw notFound({ group: '', plural: 'namespaces', name: namespace })
  const { group, plural } = kind.resource
  if (found.metadata.deletionTimestamp !== undefined)
    throw forbidden({ group, plural, name: name ?? '' }, `unable to create new content in namespace ${namespace} because it is being terminated`)
}

async function readObject(exchange: Exchange): Promise<unknown> {
  const type = exchange.header('content-type') ?? 'application/json'
  if (!type.startsWith('application/json')) throw unsupportedMediaType(['application/json'])
  return exchange.body()
}

/** An object of the kind, with the namespace and name of the path. Throws 400. */
function checkObject(body: unknown, { resource }: ServedKind, namespace: string | undefined, name?: string): Draft {
  if (!isObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): it is no JSON object`)
  const { apiVersion = apiVersionOf(resource), kind = resource.kind, metadata = {} } = body as Draft
  if (kind !== resource.kind || apiVersion !== apiVersionOf(resource))
    throw badRequest(`${kind} in version ${JSON.stringify(apiVersion)} cannot be handled as a ${resource.kind}`)
  if (!isObject(metadata)) throw badRequest(`the object provided is unrecognized (must be of type ${resource.kind}): its metadata is no JSON object`)
  if (metadata.namespace !== undefined && metadata.namespace !== '' && metadata.namespace !== namespace)
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request')
  if (name !== undefined && metadata.name !== name) throw badRequest(`the name of the object (${metadata.name ?? ''}) does not match the name on the URL (${name})`)
  return { ...body, apiVersion, kind, metadata: { ...metadata, ...(namespace === undefined ? {} : { namespace }) } }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw badRequest(`couldn't get version/kind; json parse error: ${(error as Error).message}`)
  }
}

/** Who writes, as the server tells it from the user agent: `kubectl/v1.37` is `kubectl`. */
function managerOf(exchange: Exchange): string {
  return exchange.info.query.get('fieldManager') ?? (exchange.header('user-agent')?.split('/')[0] || 'unknown')
}
