import type { Dispatcher } from 'undici'

/** How long what was asked of old connections may still be answered there: the server finishes what it has begun. */
const answerGraceMs = 500

/** A dispatcher that is in use, or is finishing what runs on it. */
interface Generation {
  readonly dispatcher: Dispatcher
  /** Requests that have no answer yet. */
  readonly waiting: Set<AbortController>
}

/**
 * Connections that are replaced as a whole: when the server asks for it (GOAWAY) and when the
 * credentials of new ones change. What runs on the old ones runs to its end there; what has no
 * answer yet is asked again on the new ones. (A client of undici that was told GOAWAY connects
 * anew only once all that runs on it has ended, which watches do not for minutes.)
 */
export class ConnectionPool {
  readonly #open: () => Dispatcher
  readonly #retired = new Set<Generation>()
  #current: Generation

  constructor(open: () => Dispatcher) {
    this.#open = open
    this.#current = this.#begin()
  }

  async request(options: Dispatcher.RequestOptions & { readonly signal?: AbortSignal | null }): Promise<Dispatcher.ResponseData> {
    for (;;) {
      const { dispatcher, waiting } = this.#current
      const replaced = new AbortController()
      waiting.add(replaced)
      try {
        return await dispatcher.request({ ...options, signal: options.signal ? AbortSignal.any([options.signal, replaced.signal]) : replaced.signal })
      } catch (error) {
        if (!replaced.signal.aborted || options.signal?.aborted === true) throw error
      } finally {
        waiting.delete(replaced)
      }
    }
  }

  /** New requests go to new connections from now on. */
  replace(): void {
    const old = this.#current
    this.#current = this.#begin()
    this.#retired.add(old)
    const givingUp = setTimeout(() => {
      for (const request of old.waiting) request.abort()
    }, answerGraceMs)
    givingUp.unref()
    void old.dispatcher.close().finally(() => this.#retired.delete(old))
  }

  async destroy(): Promise<void> {
    await Promise.all([this.#current, ...this.#retired].map(({ dispatcher }) => dispatcher.destroy()))
  }

  #begin(): Generation {
    const generation = { dispatcher: this.#open(), waiting: new Set<AbortController>() }
    generation.dispatcher.on('disconnect', (_origin, _targets, error) => {
      if (generation === this.#current && error.message.includes('GOAWAY')) this.replace()
    })
    return generation
  }
}
