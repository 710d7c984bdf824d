import { readFile } from 'node:fs/promises'
import { WatchqlError } from '../../base/errors.ts'

/** How long what a file held counts as fresh. Tokens and certificates are rotated long before they expire. */
const rereadMs = 5000

/** Remembers when something was read, so that files are looked at every few seconds and not for each request. */
export class Freshness {
  #readAt = Number.NEGATIVE_INFINITY

  isFresh(): boolean {
    return performance.now() - this.#readAt < rereadMs
  }

  markRead(): void {
    this.#readAt = performance.now()
  }

  forget(): void {
    this.#readAt = Number.NEGATIVE_INFINITY
  }
}

/**
 * A bearer token in a file that is rotated. While the file cannot be read, the last token is
 * used until the server refuses it.
 */
export class TokenFile {
  readonly #file: string
  readonly #freshness = new Freshness()
  #token: string | undefined

  constructor(file: string) {
    this.#file = file
  }

  /** Throws UNREADABLE_FILE when there is no token. */
  async token(): Promise<string> {
    if (this.#token !== undefined && this.#freshness.isFresh()) return this.#token
    try {
      this.#token = await this.#read()
    } catch (error) {
      if (this.#token === undefined) throw error
    }
    this.#freshness.markRead()
    return this.#token
  }

  async headers(): Promise<Record<string, string>> {
    return { authorization: `Bearer ${await this.token()}` }
  }

  invalidate(): void {
    this.#token = undefined
  }

  async #read(): Promise<string> {
    const token = (await readText('the bearer token', this.#file)).trim()
    if (token === '') throw new WatchqlError('UNREADABLE_FILE', `The token file ${this.#file} is empty.`)
    // What a header cannot carry must not become an error that shows it.
    if (!/^[\x21-\x7e]+$/.test(token)) throw new WatchqlError('UNREADABLE_FILE', `The token file ${this.#file} holds no token: a token is one line of printable ASCII characters.`)
    return token
  }
}

/** Reads a text file; throws UNREADABLE_FILE, naming it and what it was read for. */
export async function readText(what: string, file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message
    throw new WatchqlError('UNREADABLE_FILE', `Cannot read ${what} from ${file}: ${reason}.`, { cause: error })
  }
}
