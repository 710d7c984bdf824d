import { request } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { files } from './components.ts'
import type { ControlPlane } from './control-plane.ts'

/** Forgets every revision but the newest, through etcd's JSON gateway. */
export async function compactEtcd(plane: ControlPlane): Promise<void> {
  const ask = (path: string, body: object): Promise<{ header: { revision: string } }> =>
    new Promise((resolve, reject) => {
      const asked = request({ socketPath: join(plane.folder, files.etcdSocket), path, method: 'POST', headers: { 'content-type': 'application/json' } }, (response) => {
        text(response).then((answer) => (response.statusCode === 200 ? resolve(JSON.parse(answer)) : reject(new Error(`etcd answered ${response.statusCode} to ${path}: ${answer}`))), reject)
      })
      asked.once('error', reject)
      asked.end(JSON.stringify(body))
    })
  const { header } = await ask('/v3/kv/range', { key: 'AA==', limit: '1' })
  await ask('/v3/kv/compaction', { revision: header.revision }).catch((error: Error) => {
    // The API server compacts too, and may have come first.
    if (!error.message.includes('has been compacted')) throw error
  })
}
