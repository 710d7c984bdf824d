import { expect } from 'vitest'
import type { ApiServer } from '../../src/playground/api-server/api-server.ts'
import type { KubeObject } from '../../src/model/object.ts'
import type { Received } from './receiver.ts'

const names = Array.from({ length: 12 }, (_, i) => `c${i}`)

/** Every state of every config map that there was on the server, and random changes of them. */
export function keepLedger(server: ApiServer, random: () => number) {
  const resource = server.registry.resources().find(({ plural }) => plural === 'configmaps')
  if (resource === undefined) throw new Error('No ConfigMaps here.')
  const versions = new Map<string, string[]>()
  const live = new Map<string, KubeObject>()
  let count = 0
  server.store.subscribe(({ object, type }) => {
    if (object.kind !== 'ConfigMap') return
    const { uid = '', resourceVersion = '', name } = object.metadata
    versions.set(uid, [...(versions.get(uid) ?? []), resourceVersion])
    if (type === 'DELETED') live.delete(name)
    else live.set(name, object)
  })
  const pick = () => names[Math.floor(random() * names.length)] ?? 'c0'
  /** One random change. */
  const mutate = () => {
    const name = pick()
    count += 1
    const draft = { metadata: { name, namespace: 'shop' }, data: { count: String(count), text: 'x'.repeat(Math.floor(random() * 2000)) } }
    const die = random()
    if (!live.has(name)) server.store.create(resource, 'shop', draft)
    else if (die < 0.6) server.store.update(resource, 'shop', name, draft)
    else server.store.delete(resource, 'shop', name)
    // Deleted and made anew, so that a look sees only another uid.
    if (die > 0.85 && !live.has(name)) server.store.create(resource, 'shop', draft)
  }
  return {
    mutate,
    live,
    versions,
    /** What of each live object's final state, and the deletion of each other that was ever told of, was not received. */
    missing: (received: readonly Received[]) => missing(live, received),
    /** The promise, held against what was received. */
    check: (received: readonly Received[]) => {
      expect(missing(live, received)).toEqual([])
      const bodies = new Map<string, string>()
      const sequences = new Map<string, string>()
      const wrong: string[] = []
      for (const { text, body, headers } of received) {
        const id = String(headers['webhook-id'])
        if (bodies.has(id) && bodies.get(id) !== text) wrong.push(`${id} had two bodies`)
        // What comes again may come late: its sender had given it up and sent it once more.
        const isFirst = !bodies.has(id)
        bodies.set(id, text)
        const { uid, name, type } = body.data
        const before = sequences.get(uid) ?? ''
        if (isFirst && body.sequence < before) wrong.push(`${name} went back from ${before} to ${body.sequence}`)
        if (isFirst) sequences.set(uid, body.sequence)
        if (type === 'DELETED' && live.get(name)?.metadata.uid === uid) wrong.push(`${name} was called deleted and lives`)
        if (versions.get(uid) === undefined) wrong.push(`${name} with the uid ${uid} never was`)
      }
      expect(wrong).toEqual([])
    },
  }
}

function missing(live: ReadonlyMap<string, KubeObject>, received: readonly Received[]): string[] {
  const last = new Map<string, { sequence: string; type: string; resourceVersion: string; name: string }>()
  // What the receiver refused it does not have; of the rest the latest counts, as it does to receivers.
  for (const { body, accepted } of received) if (accepted && body.sequence >= (last.get(body.data.uid)?.sequence ?? '')) last.set(body.data.uid, { ...body.data, sequence: body.sequence })
  const found: string[] = []
  for (const [name, { metadata }] of live) if (last.get(metadata.uid ?? '')?.resourceVersion !== metadata.resourceVersion) found.push(`the final state of ${name}`)
  for (const [uid, { type, name }] of last) if (type !== 'DELETED' && live.get(name)?.metadata.uid !== uid) found.push(`the deletion of ${name} (${uid})`)
  return found
}

/** Random numbers that a seed repeats. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
