import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { WatchqlError } from '../../base/errors.ts'
import type { PemSource } from './connection.ts'

/** How long a token that was read counts as fresh. Service account tokens are rotated long before they expire. */
const tokenFreshMs = 10_000

/** A bearer token in a file that is rotated. */
export class TokenFile {
  readonly #file: string
  #token = ''
  #readAt = Number.NEGATIVE_INFINITY

  constructor(file: string) {
    this.#file = file
  }

  async token(): Promise<string> {
    if (performance.now() - this.#readAt < tokenFreshMs) return this.#token
    try {
      this.#token = (await readFile(this.#file, 'utf8')).trim()
    } catch (error) {
      throw unreadable('the bearer token', this.#file, error)
    }
    if (this.#token === '') throw new WatchqlError('UNREADABLE_FILE', `The token file ${this.#file} is empty.`)
    this.#readAt = performance.now()
    return this.#token
  }

  invalidate(): void {
    this.#readAt = Number.NEGATIVE_INFINITY
  }
}

export function readCertificate(source: PemSource, what: string): string {
  return checked(source, what, (pem) => new X509Certificate(pem))
}

export function readPrivateKey(source: PemSource, what: string): string {
  return checked(source, what, (pem) => createPrivateKey(pem))
}

/** A key's content must never be part of an error. */
function checked(source: PemSource, what: string, parse: (pem: string) => unknown): string {
  const where = 'file' in source ? `the file ${source.file}` : 'the configuration'
  const pem = 'file' in source ? read(source.file, what) : source.pem
  try {
    parse(pem)
    return pem
  } catch {
    throw new WatchqlError('INVALID_CONFIG', `${what} in ${where} is not valid PEM.`)
  }
}

function read(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw unreadable(what, file, error)
  }
}

export function unreadable(what: string, file: string, cause: unknown): WatchqlError {
  const reason = (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (cause as Error).message
  return new WatchqlError('UNREADABLE_FILE', `Cannot read ${what} from ${file}: ${reason}.`, { cause })
}
