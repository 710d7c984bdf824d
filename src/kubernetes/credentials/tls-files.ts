import { X509Certificate, createPrivateKey } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { WatchqlError } from '../../base/errors.ts'
import type { PemSource, TlsOptions } from './connection.ts'
import { Freshness, readText } from './files.ts'

export interface TlsSources {
  readonly ca?: PemSource
  readonly cert?: PemSource
  readonly key?: PemSource
}

const names = { ca: 'the CA certificate', cert: 'the client certificate', key: 'the client key' } as const

/**
 * The certificates of a connection, followed as their files are rotated. A rotation that is
 * half done (a certificate without its key) or not readable is passed over until it is whole.
 */
export class TlsFiles {
  readonly #sources: TlsSources
  readonly #fixed: TlsOptions
  readonly #freshness = new Freshness()
  #current: TlsOptions

  private constructor(sources: TlsSources, fixed: TlsOptions, first: TlsOptions) {
    this.#sources = sources
    this.#fixed = fixed
    this.#current = first
    this.#freshness.markRead()
  }

  /** Throws UNREADABLE_FILE or INVALID_CONFIG, naming the file. */
  static async open(sources: TlsSources, fixed: TlsOptions): Promise<TlsFiles> {
    return new TlsFiles(sources, fixed, await readTls(sources, fixed))
  }

  /** The same object until a file changed. */
  get current(): TlsOptions {
    return this.#current
  }

  async refresh(): Promise<void> {
    if (this.#freshness.isFresh() || !Object.values(this.#sources).some((source) => 'file' in source)) return
    this.#freshness.markRead()
    const latest = await readTls(this.#sources, this.#fixed).catch(() => this.#current)
    if (!isDeepStrictEqual(latest, this.#current)) this.#current = latest
  }

  invalidate(): void {
    this.#freshness.forget()
  }

  /** What people should know about the client certificate. */
  warnings(): string[] {
    return this.#current.cert === undefined ? [] : certificateWarnings(this.#current.cert)
  }
}

/** Says when a client certificate is not valid now. */
export function certificateWarnings(pem: string, now = Date.now()): string[] {
  const { validFrom, validTo } = new X509Certificate(pem)
  if (Date.parse(validTo) < now) return [`the client certificate expired on ${validTo}`]
  return Date.parse(validFrom) > now ? [`the client certificate is not valid before ${validFrom}`] : []
}

async function readTls(sources: TlsSources, fixed: TlsOptions): Promise<TlsOptions> {
  const found: { -readonly [K in keyof TlsSources]: string } = {}
  for (const name of ['ca', 'cert', 'key'] as const) {
    const source = sources[name]
    if (source !== undefined) found[name] = await readPem(source, name)
  }
  checkPair(found, sources)
  return { ...found, ...fixed }
}

async function readPem(source: PemSource, name: keyof TlsSources): Promise<string> {
  const pem = 'file' in source ? await readText(names[name], source.file) : source.pem
  const reason = pemMistake(pem, name)
  if (reason !== undefined) throw new WatchqlError('INVALID_CONFIG', `${sentence(names[name])} in ${place(source)} ${reason}.`)
  return pem
}

/** A key's content must never be part of an error: nothing of the parser's own message is shown. */
function pemMistake(pem: string, name: keyof TlsSources): string | undefined {
  if (name === 'key' && /ENCRYPTED/.test(pem)) return 'is encrypted; give a key without a passphrase'
  try {
    void (name === 'key' ? createPrivateKey(pem) : new X509Certificate(pem))
    return undefined
  } catch {
    return 'is not valid PEM'
  }
}

/** Throws INVALID_CONFIG when a certificate and a key do not belong together. */
export function checkPair({ cert, key }: { readonly cert?: string; readonly key?: string }, sources: TlsSources): void {
  if (cert === undefined || key === undefined || new X509Certificate(cert).checkPrivateKey(createPrivateKey(key))) return
  const where = [sources.cert, sources.key].map((source) => (source === undefined ? 'what the plugin gave' : place(source)))
  throw new WatchqlError('INVALID_CONFIG', `The client certificate in ${where[0]} and the client key in ${where[1]} do not belong together.`)
}

function place(source: PemSource): string {
  return 'file' in source ? source.file : 'the configuration'
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
