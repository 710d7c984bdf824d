import { WatchqlError } from '../base/errors.ts'

/** What an id says of an object. Its version is left out: an object has one id in all versions of its kind. */
export interface ObjectId {
  readonly cluster: string
  readonly group: string
  readonly kind: string
  /** Empty for cluster-scoped objects. */
  readonly namespace: string
  readonly name: string
}

/** Ids are opaque to callers: base64url of a small JSON array. */
export function encodeObjectId({ cluster, group, kind, namespace, name }: ObjectId): string {
  return Buffer.from(JSON.stringify(['o1', cluster, group, kind, namespace, name])).toString('base64url')
}

/** Throws INVALID_ARGUMENT for what `encodeObjectId` did not make. */
export function decodeObjectId(id: string): ObjectId {
  try {
    const parts: unknown = JSON.parse(Buffer.from(id, 'base64url').toString('utf8'))
    if (Array.isArray(parts) && parts.length === 6 && parts.every((part) => typeof part === 'string') && parts[0] === 'o1') {
      const [, cluster = '', group = '', kind = '', namespace = '', name = ''] = parts
      return { cluster, group, kind, namespace, name }
    }
  } catch {
    // Falls through to the one answer for whatever is wrong with it.
  }
  throw new WatchqlError('INVALID_ARGUMENT', 'This is not an object id; use the `id` of an object as it was given.')
}
