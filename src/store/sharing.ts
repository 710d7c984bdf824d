import { LRUCache } from 'lru-cache'
import type { Json, JsonObject } from '../model/json.ts'
import type { KubeObject } from '../model/object.ts'

/** Owners whose latest object is remembered, as the model of the next one. */
const maxFamilies = 256
/** Texts remembered at a time; when there are more, all are forgotten. */
const maxTexts = 4096
/** Texts in this range repeat (timestamps, addresses, node names); longer ones are hashes and prose. */
const textLength = { min: 11, max: 64 }
/** Objects nested deeper are kept as they are from there on. */
const maxDepth = 100

/**
 * Lets the objects of one store share what is equal in them: an object takes over the equal
 * parts of its previous version or of a sibling (an object of the same owner, else the latest
 * one). Readers see no difference. A Pod of 5.4 KB of JSON takes 2.6 KB of memory, not 7.7.
 */
export class Sharing {
  readonly #families = new LRUCache<string, KubeObject>({ max: maxFamilies })
  readonly #texts = new Map<string, string>()
  #latest: KubeObject | undefined

  /** The object, or an equal one. The given one must not be used any more: parts of it are replaced. */
  share(object: KubeObject, previous: KubeObject | undefined): KubeObject {
    const owner = object.metadata.ownerReferences?.[0]?.uid
    const model = previous ?? (owner === undefined ? undefined : this.#families.get(owner)) ?? this.#latest
    const shared = model === undefined ? object : (this.#share(object, model, 0) as KubeObject)
    if (owner !== undefined) this.#families.set(owner, shared)
    this.#latest = shared
    return shared
  }

  /** Forgets all models: what they hold is not kept alive by this. */
  clear(): void {
    this.#families.clear()
    this.#texts.clear()
    this.#latest = undefined
  }

  /** The model where both are equal, else the fresh value with the model's equal parts in it. */
  #share(fresh: Json, model: Json | undefined, depth: number): Json {
    if (fresh === model) return model
    if (typeof fresh === 'string') return this.#text(fresh)
    if (typeof fresh !== 'object' || fresh === null || typeof model !== 'object' || model === null || depth === maxDepth) return fresh
    if (Array.isArray(fresh)) return Array.isArray(model) ? this.#shareList(fresh, model, depth + 1) : fresh
    return Array.isArray(model) ? fresh : this.#shareObject(fresh as Mutable, model as JsonObject, depth + 1)
  }

  #shareList(fresh: Json[], model: readonly Json[], depth: number): Json {
    let equal = fresh.length === model.length
    const both = Math.min(fresh.length, model.length)
    for (let i = 0; i < both; i += 1) {
      const shared = this.#share(fresh[i] as Json, model[i], depth)
      if (shared !== model[i]) equal = false
      fresh[i] = shared
    }
    return equal ? model : fresh
  }

  #shareObject(fresh: Mutable, model: JsonObject, depth: number): Json {
    let equal = true
    let members = 0
    for (const key in fresh) {
      members += 1
      // Read from a model without such a member it would be the prototype.
      const other = key === '__proto__' ? undefined : model[key]
      const shared = this.#share(fresh[key] as Json, other, depth)
      if (shared !== other) equal = false
      fresh[key] = shared
    }
    if (equal) for (const _ in model) members -= 1
    return equal && members === 0 ? model : fresh
  }

  #text(text: string): string {
    if (text.length < textLength.min || text.length > textLength.max) return text
    const known = this.#texts.get(text)
    if (known !== undefined) return known
    if (this.#texts.size === maxTexts) this.#texts.clear()
    this.#texts.set(text, text)
    return text
  }
}

interface Mutable {
  [key: string]: Json
}
