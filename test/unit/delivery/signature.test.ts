import { createPublicKey, verify, createPrivateKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { Webhook } from 'standardwebhooks'
import { newSecret, signerOf } from '../../../src/delivery/signature.ts'

const now = Math.floor(Date.now() / 1000)
const headers = (signature: string | undefined) => ({ 'webhook-id': 'id', 'webhook-timestamp': String(now), 'webhook-signature': signature ?? '' })

describe('signatures', () => {
  it('are those that the public package verifies, with each key that is in force', () => {
    const [current, replaced, expired] = [newSecret(), newSecret(), newSecret()]
    const signature = signerOf([{ secret: current }, { secret: replaced, until: now * 1000 + 1 }, { secret: expired, until: now * 1000 - 1 }])('id', now, Buffer.from('{"a":1}'), now * 1000)
    for (const secret of [current, replaced]) expect(new Webhook(secret).verify('{"a":1}', headers(signature))).toEqual({ a: 1 })
    expect(() => new Webhook(expired).verify('{"a":1}', headers(signature))).toThrow()
    expect(() => new Webhook(current).verify('{"a":2}', headers(signature))).toThrow()
  })

  it('are made with ed25519 too', () => {
    const seed = Buffer.alloc(32, 7)
    const signature = signerOf([{ secret: `whsk_${seed.toString('base64')}` }])('id', now, Buffer.from('body'), 0) ?? ''
    const key = createPublicKey(createPrivateKey({ key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]), format: 'der', type: 'pkcs8' }))
    expect(signature).toMatch(/^v1a,/)
    expect(verify(null, Buffer.from(`id.${now}.body`), key, Buffer.from(signature.slice(4), 'base64'))).toBe(true)
  })

  it('are none without a key', () => expect(signerOf([])('id', now, Buffer.alloc(0), 0)).toBeUndefined())

  it.each(['', 'whsec_', 'whsec_short', 'whsk_AAAA', 'whsec_not base64 at all but long enough'])('refuse %j as a secret, without showing it', (secret) => {
    expect(() => signerOf([{ secret }])).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.not.stringContaining('short') as string }))
  })
})
