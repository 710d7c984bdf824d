import { Readable } from 'node:stream'
import { TimeSlice } from '../base/time-slice.ts'
import type { KubeObject } from '../model/object.ts'
import type { ObjectTexts } from './object-texts.ts'

const sliceMs = 5
const pieceBytes = 128 * 1024
const comma = Buffer.from(',')

/** An answer whose `data` are these objects: written as fast as it is read, while others get their turns. */
export function listStream(message: string, objects: readonly KubeObject[], texts: ObjectTexts): Readable {
  return Readable.from(pieces(message, objects, texts), { objectMode: false, highWaterMark: 2 * pieceBytes })
}

async function* pieces(message: string, objects: readonly KubeObject[], texts: ObjectTexts): AsyncGenerator<Buffer> {
  const slice = new TimeSlice(sliceMs)
  let parts: Buffer[] = [Buffer.from(`{"code":200,"message":${JSON.stringify(message)},"data":[`)]
  let bytes = 0
  let isFirst = true
  for (const object of objects) {
    const text = texts.of(object)
    if (isFirst) isFirst = false
    else parts.push(comma)
    parts.push(text)
    bytes += text.length
    if (bytes < pieceBytes) continue
    yield Buffer.concat(parts)
    parts = []
    bytes = 0
    await slice.giveWay()
  }
  yield Buffer.concat([...parts, Buffer.from(']}')])
}
