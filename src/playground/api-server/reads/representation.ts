import type { KubeObject } from '../../../model/object.ts'
import { apiVersionOf } from '../../../model/resource.ts'
import type { Exchange } from '../exchange.ts'
import type { ServedKind } from '../kinds/served-kind.ts'

/** An object as a version of its kind shows it. Versions differ in their name only: the conversion strategy `None`. */
export function represent(object: KubeObject, { resource }: ServedKind): KubeObject {
  const apiVersion = apiVersionOf(resource)
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion }
}

/** As a list shows it: items of built-in kinds do not say their kind, those of custom ones do. */
export function listItem(object: KubeObject, kind: ServedKind): object {
  if (kind.custom) return represent(object, kind)
  const { apiVersion: _apiVersion, kind: _kind, ...rest } = object
  return rest
}

/** Whether the client prefers metadata only, of a list or of single objects. */
export function prefersMetadata(exchange: Exchange, as: 'PartialObjectMetadataList' | 'PartialObjectMetadata'): boolean {
  const [first = ''] = (exchange.header('accept') ?? '').split(',')
  const parameters = new Set(first.split(';').map((parameter) => parameter.trim()))
  return parameters.has(`as=${as}`) && parameters.has('g=meta.k8s.io')
}

/** No more of an object than its metadata. */
export function metadataOf({ metadata }: { readonly metadata?: unknown }): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata }
}
