import { setTimeout as sleep } from 'node:timers/promises'
import { collectionPath } from '../cluster/manifest.ts'
import { configMap } from '../cluster/workloads/application.ts'
import { firstDifference, keyOf, type Item } from '../support/same-objects.ts'
import type { Follower } from './follower.ts'
import type { GatewayUnderTest } from './gateway-under-test.ts'
import { followedKinds, kindInput, nameOfKind, watchedKinds, type SoakKind } from './kinds.ts'
import type { Ledger } from './ledger.ts'
import type { SoakTarget } from './target.ts'

export interface Parties {
  readonly gateway: GatewayUnderTest
  readonly target: SoakTarget
  readonly follower: Follower
  readonly ledger: Ledger
  readonly complain: (violation: string) => void
  /** Hears what is good to know afterwards. */
  readonly log: (line: string) => void
}

/** An object that lived longer than any gap between two looks at the server can last must have been seen. */
const longestGapMs = 120_000

/** While nothing goes wrong and nothing changes: is everything as if nothing ever had? */
export async function judge(parties: Parties): Promise<void> {
  const { target, follower, complain } = parties
  const began = Date.now()
  const until = began + target.settleMs
  let slowest: string | undefined
  const settled = async (what: string, wrong: () => Promise<string | undefined>) => {
    const found = await lasting(wrong, until, (found) => {
      slowest = `${what}: ${found}`
    })
    if (found !== undefined) complain(`${what}: ${found}`)
    return found === undefined
  }
  const live = await settled('not every kind is LIVE again in time', () => notLive(parties))
  for (const kind of watchedKinds) await settled('a store does not equal a fresh list', () => difference(parties, kind))
  if (!(await settled('the follower', async () => (follower.synced ? undefined : 'has not got its snapshot')))) return
  for (const kind of followedKinds) await settled('what the change feed told does not add up to a fresh list', () => followerDifference(parties, kind))
  judgeDeletions(parties)
  if (live) await settled('a change made in peace', () => probe(parties))
  parties.log(`all was well ${Date.now() - began} ms after the calm began${slowest === undefined ? '' : `; the last to come right was ${slowest}`}`)
}

/** Asks until nothing is wrong; what still is wrong at the end. */
async function lasting(wrong: () => Promise<string | undefined>, until: number, note: (found: string) => void = () => undefined): Promise<string | undefined> {
  for (;;) {
    const found = await wrong().catch((error: unknown) => String(error))
    if (found === undefined || Date.now() > until) return found
    note(found)
    await sleep(100)
  }
}

async function notLive({ gateway }: Parties): Promise<string | undefined> {
  const { data } = await gateway.query('{ watches { kind { group version kind } state lastError { code message } } }')
  const watches: { kind: object; state: string }[] = data.watches
  const found = watches.find(({ state }) => state !== 'LIVE')
  return found && JSON.stringify(found)
}

async function list({ target }: Parties, { apiVersion, kind }: SoakKind): Promise<Item[]> {
  const { items } = await target.api.get<{ items: Item[] | null }>(collectionPath(apiVersion, kind))
  return items ?? []
}

async function difference(parties: Parties, kind: SoakKind): Promise<string | undefined> {
  const truth = await list(parties, kind)
  const { data, errors } = await parties.gateway.query('query ($kind: KindInput!) { objects(kinds: [$kind], first: 5000) { nodes { raw } partial { message } } }', { kind: kindInput(kind) })
  if (errors !== undefined) return `${nameOfKind(kind)}: ${errors[0]?.message}`
  if (data.objects.partial.length > 0) return `${nameOfKind(kind)}: ${JSON.stringify(data.objects.partial)}`
  const found = firstDifference(truth, data.objects.nodes.map(({ raw }: { raw: Item }) => raw))
  return found && `${nameOfKind(kind)} ${found.key}: expected ${brief(found.expected)}, actual ${brief(found.actual)}; its watch: ${await watchOf(parties, kind)}`
}

async function watchOf({ gateway }: Parties, kind: SoakKind): Promise<string> {
  const { data } = await gateway.query('{ watches { kind { group version kind } state objects resourceVersion lastEventAt restarts lastError { message at } } }')
  const watches: { kind: unknown }[] = data.watches
  return JSON.stringify(watches.find((watch) => JSON.stringify(watch.kind) === JSON.stringify(kindInput(kind))))
}

async function followerDifference(parties: Parties, kind: SoakKind): Promise<string | undefined> {
  const truth = new Map((await list(parties, kind)).map((item) => [item.metadata.uid ?? '', `${keyOf(item)}@${item.metadata.resourceVersion}`]))
  const told = parties.follower.alive(kind)
  const uid = [...new Set([...truth.keys(), ...told.keys()])].find((uid) => truth.get(uid) !== told.get(uid))
  return uid === undefined ? undefined : `${nameOfKind(kind)} ${uid}: expected ${truth.get(uid) ?? 'that it is gone'}, was told ${told.get(uid) ?? 'that it is gone, or nothing'}`
}

/** That none is told twice the follower sees itself. */
function judgeDeletions({ ledger, follower, complain }: Parties): void {
  for (const { uid, object, createdAt, deletedAt } of ledger.lives()) {
    if (deletedAt === undefined) {
      if (!follower.hasSeen(uid)) complain(`${object} ${uid} was created and is there, and was never told`)
    } else if (follower.hasSeen(uid) && !follower.sawDeleted(uid)) complain(`${object} ${uid} was deleted at ${new Date(deletedAt).toISOString()}, and its DELETED never came`)
    else if (!follower.hasSeen(uid) && deletedAt - createdAt > longestGapMs) complain(`${object} ${uid} lived for ${deletedAt - createdAt} ms and was never told`)
  }
}

/** In peace an object's whole life is told. */
async function probe({ target, ledger, follower }: Parties): Promise<string | undefined> {
  const object = configMap('default', `probe-${Date.now()}`, { probe: 'x' })
  const { metadata } = await target.api.create(object)
  const uid = metadata.uid ?? ''
  ledger.created('v1/ConfigMap', `v1/ConfigMap ${object.metadata.name}`, uid)
  await target.api.patch(object, { data: { probe: 'y' } })
  await target.api.delete(object)
  ledger.deleted(uid)
  const missing = await lasting(async () => (follower.sawDeleted(uid) ? undefined : `${object.metadata.name} ${uid} was created and deleted, and 10 s later not told`), Date.now() + 10_000)
  return missing
}

const brief = (object: object | undefined): string => (object === undefined ? 'nothing' : JSON.stringify(object).slice(0, 600))
