import { createHmac, createPrivateKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { WatchqlError } from '../base/errors.ts'
import type { SigningKey } from '../model/sink.ts'

/** The header of PKCS #8 that a bare ed25519 seed lacks. */
const ed25519Header = Buffer.from('302e020100300506032b657004220420', 'hex')

/** Makes `webhook-signature` as Standard Webhooks has it: one signature for each key that is in force. Throws INVALID_ARGUMENT for a key of neither form. */
export function signerOf(keys: readonly SigningKey[]): (id: string, timestamp: number, body: Buffer, nowMs: number) => string | undefined {
  const signers = keys.map(({ secret, until }) => ({ until, sign: signWith(secret) }))
  return (id, timestamp, body, nowMs) => {
    const head = `${id}.${timestamp}.`
    const made = signers.filter(({ until }) => until === undefined || until > nowMs).map((signer) => signer.sign(head, body))
    return made.length === 0 ? undefined : made.join(' ')
  }
}

export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`
}

function signWith(secret: string): (head: string, body: Buffer) => string {
  if (secret.startsWith('whsk_')) {
    const key = privateKey(bytesOf(secret.slice(5)))
    return (head, body) => `v1a,${sign(null, Buffer.concat([Buffer.from(head), body]), key).toString('base64')}`
  }
  const key = bytesOf(secret.startsWith('whsec_') ? secret.slice(6) : secret)
  return (head, body) => `v1,${createHmac('sha256', key).update(head).update(body).digest('base64')}`
}

function privateKey(seed: Buffer): KeyObject {
  if (seed.length < 32) throw invalid()
  return createPrivateKey({ key: Buffer.concat([ed25519Header, seed.subarray(0, 32)]), format: 'der', type: 'pkcs8' })
}

function bytesOf(base64: string): Buffer {
  const bytes = Buffer.from(base64, 'base64')
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || bytes.length < 16) throw invalid()
  return bytes
}

/** What was given is not shown. */
function invalid(): WatchqlError {
  return new WatchqlError('INVALID_ARGUMENT', 'A webhook secret is `whsec_` and base64 of 24 to 64 random bytes, or `whsk_` and base64 of an ed25519 key. Make one with: echo "whsec_$(openssl rand -base64 32)"')
}
