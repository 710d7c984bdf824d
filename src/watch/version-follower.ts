import type { Discovery } from '../kubernetes/discovery.ts'
import type { Resource } from '../model/resource.ts'
import type { DefinitionChange } from './definition-watch.ts'
import type { Informer, Informers } from './informer.ts'

/**
 * Keeps the watches in step with what the cluster serves. What discovery says never deletes an
 * object: it only lets an informer look sooner, or go on in another version of its kind.
 */
export class VersionFollower {
  readonly #discovery: Discovery
  readonly #informers: Informers
  /** Their definitions were seen to be removed, but the server has not denied their kinds often enough yet. */
  readonly #orphans = new Set<Informer>()

  constructor(options: { readonly discovery: Discovery; readonly informers: Informers }) {
    this.#discovery = options.discovery
    this.#informers = options.informers
  }

  definitionChanged({ type, defines }: DefinitionChange): void {
    if (defines === undefined) return
    for (const informer of this.#informers.all()) {
      const { group, plural } = informer.resource
      if (group !== defines.group || plural !== defines.plural) continue
      if (type === 'DELETED') this.#orphans.add(informer)
      else if (type === 'ADDED') this.#orphans.delete(informer)
    }
  }

  /** To be called after each answer of discovery, whether or not it brought a change. */
  check(): void {
    for (const informer of this.#informers.all()) {
      const { group, kind, version } = informer.resource
      const { state } = informer.status()
      const served = this.#discovery.find({ group, kind, ...(informer.pinned ? { version } : {}) })
      if (served !== undefined && !isSame(served, informer.resource)) this.#informers.succeed(informer, served)
      else if (served === undefined ? state !== 'GONE' && this.#orphans.has(informer) : state === 'GONE') informer.recheck()
    }
    for (const informer of this.#orphans) if (informer.stopped.aborted || informer.status().state === 'GONE') this.#orphans.delete(informer)
  }
}

function isSame(a: Resource, b: Resource): boolean {
  return a.version === b.version && a.plural === b.plural && a.namespaced === b.namespaced
}
