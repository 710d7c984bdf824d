import { ApiError } from './api.ts'
import type { Api } from './api.ts'
import type { Manifest } from './manifest.ts'

const concurrency = 16

/** Creates all in no particular order. What is there already is left as it is. */
export async function createAll(api: Api, objects: readonly Manifest[]): Promise<void> {
  const waiting = [...objects]
  const work = async () => {
    for (let object = waiting.shift(); object !== undefined; object = waiting.shift()) {
      await api.create(object).catch((error: unknown) => {
        if (!(error instanceof ApiError && error.status === 409)) throw error
      })
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
}
