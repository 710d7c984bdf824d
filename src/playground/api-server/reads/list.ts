import { apiVersionOf } from '../../../model/resource.ts'
import type { Exchange } from '../exchange.ts'
import type { ServedKind } from '../kinds/served-kind.ts'
import { badRequest, expired, tooLargeResourceVersion, tooOld } from '../status.ts'
import type { Snapshot } from '../store/collection.ts'
import type { ObjectStore } from '../store/object-store.ts'
import { positionOf } from '../store/sorted-keys.ts'
import { readContinueToken, writeContinueToken } from './continue-token.ts'
import type { ListOptions } from './list-options.ts'
import { listItem, metadataOf, prefersMetadata } from './representation.ts'
import { selectionOf, type Selection } from './selection.ts'

const expiredContinue =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.'

/** Written together, so that a list of any size costs little memory beside its objects. */
const batchBytes = 256 * 1024

interface Page {
  readonly resourceVersion: number
  readonly items: readonly object[]
  readonly continueToken?: string
  readonly remaining?: number
}

/** Answers a list, or a page of one: every page shows the moment of the first. */
export async function answerList(exchange: Exchange, store: ObjectStore, kind: ServedKind, options: ListOptions): Promise<void> {
  const page = readPage(store, kind, options, selectionOf(kind, exchange.info))
  const { resource } = kind
  const partial = prefersMetadata(exchange, 'PartialObjectMetadataList')
  const form = partial ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' } : { kind: `${resource.kind}List`, apiVersion: apiVersionOf(resource) }
  const head = { ...form, metadata: listMetadata(page) }
  exchange.begin(200)
  let text = `${JSON.stringify(head).slice(0, -1)},"items":[`
  for (const [index, item] of page.items.entries()) {
    text += (index === 0 ? '' : ',') + JSON.stringify(partial ? metadataOf(item) : item)
    if (text.length < batchBytes) continue
    exchange.write(Buffer.from(text))
    text = ''
    await exchange.drained()
  }
  exchange.write(Buffer.from(`${text}]}\n`))
  exchange.end()
}

function readPage(store: ObjectStore, kind: ServedKind, options: ListOptions, { selective, holds }: Selection): Page {
  const { limit } = options
  const { resourceVersion, lastKey } = start(store, options)
  const snapshot = snapshotAt(store, kind, resourceVersion, lastKey)
  const from = lastKey === undefined ? 0 : positionOf(snapshot.keys, `${lastKey}\0`)
  const items: object[] = []
  for (let at = from; at < snapshot.keys.length; at += 1) {
    const key = snapshot.keys[at] as string
    const object = snapshot.get(key)
    if (object === undefined || !holds(object)) continue
    if (limit > 0 && items.length === limit) {
      // The one too many shows that there is more; the next page begins with it.
      const continueToken = writeContinueToken({ resourceVersion, lastKey: snapshot.keys[at - 1] as string })
      return { resourceVersion, items, continueToken, ...(selective ? {} : { remaining: count(snapshot, at, holds) }) }
    }
    items.push(listItem(object, kind))
  }
  return { resourceVersion, items }
}

/** The moment that is listed, and after which key. */
function start(store: ObjectStore, options: ListOptions): { resourceVersion: number; lastKey?: string } {
  const { continueToken, resourceVersion: asked, match, limit } = options
  const current = store.resourceVersion
  if (continueToken !== '') {
    if (asked !== undefined && asked !== 0) throw badRequest('specifying resource version is not allowed when using continue')
    const { resourceVersion, lastKey } = readContinueToken(continueToken)
    return { resourceVersion: resourceVersion < 0 ? current : resourceVersion, lastKey }
  }
  if (asked === undefined) return { resourceVersion: current }
  if (asked > current) throw tooLargeResourceVersion(asked, current)
  // Without a match, a limit makes a version exact, as it always did.
  const exact = match === 'Exact' || (match === '' && limit > 0 && asked > 0)
  return { resourceVersion: exact ? asked : current }
}

function snapshotAt(store: ObjectStore, kind: ServedKind, resourceVersion: number, lastKey: string | undefined): Snapshot {
  const snapshot = store.snapshot(kind, resourceVersion)
  if (snapshot !== undefined) return snapshot
  if (lastKey === undefined) throw tooOld(resourceVersion, store.compacted)
  throw expired(expiredContinue, writeContinueToken({ resourceVersion: -1, lastKey }))
}

function count(snapshot: Snapshot, from: number, holds: Selection['holds']): number {
  let found = 0
  for (const key of snapshot.keys.slice(from)) {
    const object = snapshot.get(key)
    if (object !== undefined && holds(object)) found += 1
  }
  return found
}

function listMetadata({ resourceVersion, continueToken, remaining }: Page): object {
  return {
    resourceVersion: String(resourceVersion),
    ...(continueToken === undefined ? {} : { continue: continueToken }),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  }
}
