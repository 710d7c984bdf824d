import type { KubeObject } from '../../model/object.ts'
import { apiVersionOf, type Resource } from '../../model/resource.ts'
import type { Exchange } from './exchange.ts'
import type { Draft, ObjectStore } from './object-store.ts'
import { compileSelection } from './selection.ts'
import { StatusError, noSuchPath, notFound } from './status.ts'

const namespaces = { group: '', plural: 'namespaces' }
const mergeTypes = ['application/merge-patch+json', 'application/strategic-merge-patch+json']

/** The verbs that change objects. */
export async function answerWrite(exchange: Exchange, store: ObjectStore, resource: Resource): Promise<void> {
  const { verb, namespace, name = '', subresource } = exchange.info
  if (subresource !== undefined && subresource !== 'status') throw noSuchPath()
  switch (verb) {
    case 'create': {
      const draft = asDraft(await exchange.body(), resource)
      if (resource.namespaced) requireNamespace(store, namespace)
      return exchange.json(201, served(store.create(resource, namespace, draft), resource))
    }
    case 'update': {
      const draft = asDraft(await exchange.body(), resource)
      return exchange.json(200, served(replace(store, resource, namespace, name, draft, subresource), resource))
    }
    case 'patch': {
      const type = exchange.header('content-type') ?? ''
      if (!mergeTypes.some((known) => type.startsWith(known))) throw new StatusError(415, 'UnsupportedMediaType', `the body of the request was in an unknown format - accepted media types include: ${mergeTypes.join(', ')}`)
      const merged = mergePatch(store.get(resource, namespace, name), await exchange.body()) as Draft
      return exchange.json(200, served(replace(store, resource, namespace, name, merged, subresource), resource))
    }
    case 'delete':
      return exchange.json(200, served(remove(store, resource, namespace, name), resource))
    case 'deletecollection': {
      const holds = compileSelection(resource, namespace, exchange.info.query)
      for (const object of store.list(resource).filter(holds)) remove(store, resource, object.metadata.namespace, object.metadata.name)
      return exchange.json(200, { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 200 })
    }
    default:
      throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
  }
}

/** As a version of the resource shows it. */
export function served(object: KubeObject, resource: Resource): KubeObject {
  return { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind }
}

function replace(store: ObjectStore, resource: Resource, namespace: string | undefined, name: string, draft: Draft, subresource: string | undefined): KubeObject {
  const current = store.get(resource, namespace, name)
  const next = subresource === 'status' ? { ...current, metadata: { ...current.metadata, resourceVersion: draft.metadata?.resourceVersion }, status: draft['status'] } : draft
  return store.update(resource, namespace, name, next as Draft)
}

function remove(store: ObjectStore, resource: Resource, namespace: string | undefined, name: string): KubeObject {
  return store.delete(resource, namespace, name)
}

function requireNamespace(store: ObjectStore, namespace: string | undefined): void {
  if (namespace === undefined) throw new StatusError(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource')
  if (store.find(namespaces, undefined, namespace) === undefined) throw notFound('namespaces', '', namespace)
}

function asDraft(body: unknown, resource: Resource): Draft {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new StatusError(400, 'BadRequest', 'the object provided is unrecognized')
  const draft = body as Draft
  if (draft.kind !== undefined && draft.kind !== resource.kind)
    throw new StatusError(400, 'BadRequest', `${draft.apiVersion ?? ''}, Kind=${draft.kind} does not match the expected kind ${apiVersionOf(resource)}, Kind=${resource.kind}`)
  return draft
}

/** RFC 7386. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const merged: Record<string, unknown> = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key]
    else merged[key] = mergePatch(merged[key], value)
  }
  return merged
}
