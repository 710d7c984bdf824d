import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../../../../src/kubernetes/credentials/connect.ts'
import { selfSigned } from '../../../support/certificate.ts'
import { folderWith, kubeConfig, laterOn, ownTheClock, write } from './surroundings.ts'

beforeEach(ownTheClock)
afterEach(() => void vi.useRealTimers())

const apiVersion = 'client.authentication.k8s.io/v1'

/** A plugin in shell that counts its runs in a file beside it and then prints what `status` holds. */
const plugin = `#!/bin/sh
cd "$(dirname "$0")"
echo run >> runs
printf '%s' "$KUBERNETES_EXEC_INFO" > info
sed "s/TOKEN/$PREFIX$REGION-$(wc -l < runs | tr -d ' ')/" status
`

function setUp(status: object | string, exec: object = {}) {
  const printed = typeof status === 'string' ? status : JSON.stringify({ apiVersion, kind: 'ExecCredential', status })
  const folder = folderWith({ 'bin/login': plugin, 'bin/status': printed })
  chmodSync(join(folder, 'bin/login'), 0o755)
  write(folder, 'config', kubeConfig({ user: { exec: { apiVersion, command: './bin/login', env: [{ name: 'PREFIX', value: 'token-' }], ...exec } } }))
  return {
    folder,
    open: () => connect({ type: 'kubeConfig', file: join(folder, 'config') }, { env: { PATH: process.env['PATH'], REGION: 'eu' }, home: '/' }),
    runs: () => readFileSync(join(folder, 'bin/runs'), 'utf8').split('\n').length - 1,
  }
}

describe('a credential plugin', () => {
  it('is run once for many requests', async () => {
    const { open, runs } = setUp({ token: 'TOKEN' })
    const connection = await open()
    for (const _ of [1, 2, 3]) {
      expect(await connection.authorize()).toEqual({ authorization: 'Bearer token-eu-1' })
      laterOn()
    }
    expect(runs()).toBe(1)
  })

  it('is run again before its token expires, and not earlier, once for all requests', async () => {
    const { open, runs } = setUp({ token: 'TOKEN', expirationTimestamp: new Date(Date.now() + 600_000).toISOString() })
    const connection = await open()
    vi.advanceTimersByTime(500_000)
    expect(await connection.authorize()).toEqual({ authorization: 'Bearer token-eu-1' })
    vi.advanceTimersByTime(50_000)
    for (const headers of await Promise.all(Array.from({ length: 20 }, () => connection.authorize()))) expect(headers).toEqual({ authorization: 'Bearer token-eu-2' })
    expect(runs()).toBe(2)
  })

  it('is run again once when the server refused its token to several requests', async () => {
    const { open, runs } = setUp({ token: 'TOKEN' })
    const connection = await open()
    laterOn()
    for (const _ of [1, 2, 3]) {
      connection.invalidate()
      expect(await connection.authorize()).toEqual({ authorization: 'Bearer token-eu-2' })
    }
    laterOn()
    await connection.authorize()
    expect(runs()).toBe(2)
  })

  it('is told about the cluster where it asks for that', async () => {
    const { folder, open } = setUp({ token: 'TOKEN' }, { provideClusterInfo: true })
    await open()
    expect(JSON.parse(readFileSync(join(folder, 'bin/info'), 'utf8'))).toEqual({
      apiVersion,
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: 'https://lab.example.com:6443' } },
    })
  })

  it('may give a client certificate', async () => {
    const { cert, key } = selfSigned('me')
    const connection = await setUp({ clientCertificateData: cert, clientKeyData: key }).open()
    expect(connection.tls).toEqual({ cert, key })
    expect(await connection.authorize()).toEqual({})
  })

  it.each([
    ['fails', setUp('', { command: 'sh', args: ['-c', 'echo please log in >&2; exit 3'] }), /it ended with 3 and said: please log in/],
    ['is not installed', setUp('', { command: 'no-such-login', installHint: 'Get it from the vendor.' }), /no-such-login .*there is no such command\. Get it from the vendor\./],
    ['prints no JSON', setUp('not-json-but-secret'), /no JSON/],
    ['prints something else', setUp('{"kind":"Secret"}'), /no ExecCredential/],
    ['prints no credentials', setUp({}), /neither a token nor a client certificate/],
    ['prints a certificate that is none', setUp({ clientCertificateData: 'secret', clientKeyData: 'secret' }), /not valid PEM/],
    ['speaks an old version', setUp('', { apiVersion: 'client.authentication.k8s.io/v1alpha1' }), /v1alpha1/],
    ['wants a terminal', setUp('', { interactiveMode: 'Always' }), /no terminal/],
  ])('that %s is told as UNAUTHENTICATED', async (_, { open }, message) => {
    const error = await open().then(() => undefined, (wrong: Error) => wrong)
    expect(error).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringMatching(message) as string })
    expect(error?.message).not.toContain('secret')
  })
})
