import type { Informer } from '../watch/informer.ts'

/** Of objects in one transaction, unless a single one has more: each is written out up to six times on its way to a server. */
export const maxBatchBytes = 4 * 2 ** 20

/** How many objects of a kind one transaction takes: `most`, unless they are large. */
export function pageSizeOf(informer: Informer, most: number): number {
  const { objects, bytes } = informer.status()
  return objects === 0 ? most : Math.max(1, Math.min(most, Math.floor((maxBatchBytes * objects) / Math.max(1, bytes))))
}
