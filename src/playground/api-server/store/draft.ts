import type { ObjectMeta } from '../../../model/object.ts'

/**
 * An object as a writer gives it; the server adds what servers add. It is kept, not copied: the
 * writer does not change it afterwards.
 */
export interface Draft {
  readonly apiVersion?: string
  readonly kind?: string
  readonly metadata?: Partial<ObjectMeta> & { readonly generateName?: string }
  readonly [field: string]: unknown
}
