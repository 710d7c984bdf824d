import { setImmediate as turn } from 'node:timers/promises'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '../../../src/model/object.ts'
import { listStream } from '../../../src/rest/list-stream.ts'
import { ObjectTexts } from '../../../src/rest/object-texts.ts'

const configMap = (index: number, bytes = 10): KubeObject => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `é-${index}` }, data: { x: 'x'.repeat(bytes) } })
const list = (count: number, bytes?: number) => Array.from({ length: count }, (_, index) => configMap(index, bytes))

/** Counts what is asked of it. */
class CountingTexts extends ObjectTexts {
  asked = 0
  override of(object: KubeObject): Buffer {
    this.asked += 1
    return super.of(object)
  }
}

describe('a list', () => {
  it.each([0, 1, 2, 5000])('of %i objects is the JSON of all of them', async (count) => {
    const objects = list(count, 100)
    expect(JSON.parse(await text(listStream('"so"', objects, new ObjectTexts(1e6))))).toEqual({ code: 200, message: '"so"', data: objects })
  })

  it('is not written further than it is read', async () => {
    const texts = new CountingTexts(1e6)
    const stream = listStream('', list(1000, 100_000), texts)
    let read = 0
    for await (const piece of stream as AsyncIterable<Buffer>) {
      read += piece.length
      // As long as nobody reads on, nothing more is made.
      for (let i = 0; i < 20; i += 1) await turn()
      expect(texts.asked * 100_000 - read).toBeLessThan(1e6)
      if (read > 2e6) break
    }
    expect(texts.asked).toBeGreaterThanOrEqual(20)
  })

  it('gives others their turns while it is written', async () => {
    const stream = listStream('', list(20_000, 5000), new ObjectTexts(0))
    let turns = 0
    const over = new AbortController()
    const taking = (async () => {
      for (; !over.signal.aborted; turns += 1) await turn()
    })()
    await text(stream)
    over.abort()
    await taking
    expect(turns).toBeGreaterThan(5)
  })
})

describe('the texts of objects', () => {
  it('are made once, for as long as there is room', () => {
    const texts = new ObjectTexts(10_000)
    const objects = list(3, 1000)
    const first = objects.map((object) => texts.of(object))
    expect(objects.map((object) => texts.of(object))).toEqual(first)
    expect(objects.every((object, i) => texts.of(object) === first[i])).toBe(true)
    // Others come; those that are asked for in between stay.
    const [kept, left] = objects as [KubeObject, KubeObject]
    for (const other of list(40, 1000)) {
      texts.of(other)
      texts.of(kept)
    }
    expect(texts.of(kept)).toBe(first[0])
    expect(texts.of(left)).not.toBe(first[1])
    expect(texts.of(left)).toEqual(first[1])
  })

  it('are not kept where one alone would take up the room', () => {
    const texts = new ObjectTexts(1000)
    const [small, large] = [configMap(1), configMap(2, 1000)]
    const known = texts.of(small)
    expect(texts.of(large)).not.toBe(texts.of(large))
    expect(texts.of(small)).toBe(known)
  })
})
