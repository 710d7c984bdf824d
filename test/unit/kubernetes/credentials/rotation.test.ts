import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createServer, request } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { TLSSocket } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { connect } from '../../../../src/kubernetes/credentials/connect.ts'
import type { Connection } from '../../../../src/kubernetes/credentials/connection.ts'
import { selfSigned } from '../../../support/certificate.ts'
import { folderWith, kubeConfig, laterOn, ownTheClock, write } from './surroundings.ts'

beforeEach(ownTheClock)
afterEach(() => void vi.useRealTimers())

const bearer = async (connection: Connection) => (await connection.authorize())['authorization']

describe('a bearer token file', () => {
  const open = (folder: string) => connect({ type: 'bearerToken', server: 'https://lab.example.com', tokenFile: join(folder, 'token') }, { env: {}, home: '/' })

  it('is followed when it rotates', async () => {
    const folder = folderWith({ token: 'first\n' })
    const connection = await open(folder)
    expect(await bearer(connection)).toBe('Bearer first')
    write(folder, 'token', 'second')
    laterOn()
    expect(await bearer(connection)).toBe('Bearer second')
  })

  it('is read at once when the server refused the token', async () => {
    const folder = folderWith({ token: 'first' })
    const connection = await open(folder)
    write(folder, 'token', 'second')
    expect(await bearer(connection)).toBe('Bearer first')
    connection.invalidate()
    expect(await bearer(connection)).toBe('Bearer second')
  })

  it('may be away for a moment, but not once the server refused its last token', async () => {
    const folder = folderWith({ token: 'first' })
    const connection = await open(folder)
    rmSync(join(folder, 'token'))
    laterOn()
    expect(await bearer(connection)).toBe('Bearer first')
    connection.invalidate()
    await expect(connection.authorize()).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: expect.stringContaining(join(folder, 'token')) as string })
  })

  it.each([['is missing', undefined], ['is empty', ' \n'], ['holds something else', 'two\nlines']])('that %s is told at the start', async (_, content) => {
    const folder = folderWith(content === undefined ? {} : { token: content })
    await expect(open(folder)).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: expect.stringContaining(join(folder, 'token')) as string })
  })
})

describe('a client certificate', () => {
  const server = selfSigned('server')

  const open = (folder: string) =>
    connect(
      { type: 'clientCertificate', server: 'https://127.0.0.1', ca: { file: join(folder, 'ca.crt') }, cert: { file: join(folder, 'me.crt') }, key: { file: join(folder, 'me.key') } },
      { env: {}, home: '/' },
    )

  it('is followed when its files rotate, as the server sees', async () => {
    const [first, second] = [selfSigned('first'), selfSigned('second')]
    const https = createServer({ ...server, requestCert: true, rejectUnauthorized: false }, (req, res) => res.end((req.socket as TLSSocket).getPeerCertificate().subject.CN))
    await once(https.listen(0, '127.0.0.1'), 'listening')
    const whoAmI = async (connection: Connection) => {
      await connection.authorize()
      const asking = request({ ...connection.tls, host: '127.0.0.1', port: (https.address() as AddressInfo).port, agent: false }).end()
      const [response] = (await once(asking, 'response')) as [IncomingMessage]
      return text(response)
    }
    try {
      const folder = folderWith({ 'ca.crt': server.cert, 'me.crt': first.cert, 'me.key': first.key })
      const connection = await open(folder)
      const before = connection.tls
      expect(await whoAmI(connection)).toBe('first')
      laterOn()
      expect(await whoAmI(connection)).toBe('first')
      expect(connection.tls).toBe(before)

      write(folder, 'me.crt', second.cert)
      laterOn()
      expect(await whoAmI(connection)).toBe('first')
      write(folder, 'me.key', second.key)
      laterOn()
      expect(await whoAmI(connection)).toBe('second')
      expect(connection.tls).not.toBe(before)
    } finally {
      https.close()
    }
  })

  it.each([
    ['a key in place of the certificate', { 'me.crt': server.key }, 'me.crt is not valid PEM'],
    ['an encrypted key', { 'me.key': '-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----' }, 'me.key is encrypted'],
    ['a key of another certificate', { 'me.key': selfSigned('other').key }, 'do not belong together'],
    ['a CA that is none', { 'ca.crt': 'hello' }, 'ca.crt is not valid PEM'],
  ])('is checked at the start: %s', async (_, files, message) => {
    const folder = folderWith({ 'ca.crt': server.cert, 'me.crt': server.cert, 'me.key': server.key, ...files })
    await expect(open(folder)).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining(message) as string })
  })
})

describe('a kubeconfig', () => {
  const rewrite = (folder: string, parts: Parameters<typeof kubeConfig>[0]) => write(folder, 'config', kubeConfig(parts))
  const start = async () => {
    const folder = folderWith({ config: kubeConfig({ user: { token: 'first' } }) })
    return { folder, connection: await connect({ type: 'kubeConfig', file: join(folder, 'config') }, { env: {}, home: '/' }) }
  }

  it('is read again when the server refused its credentials: somebody logged in anew', async () => {
    const { folder, connection } = await start()
    rewrite(folder, { user: { token: 'second' } })
    laterOn()
    expect(await bearer(connection)).toBe('Bearer first')
    connection.invalidate()
    expect(await bearer(connection)).toBe('Bearer second')
  })

  it('never lends its credentials to another server', async () => {
    const { folder, connection } = await start()
    rewrite(folder, { cluster: { server: 'https://other.example.com' }, user: { token: 'of-the-other' } })
    laterOn()
    connection.invalidate()
    expect(await bearer(connection)).toBe('Bearer first')
  })

  it('keeps the context of the start when somebody switches the current one', async () => {
    const { folder, connection } = await start()
    const document = JSON.parse(kubeConfig({ user: { token: 'first' } })) as { contexts: object[]; users: object[] }
    document.contexts.push({ name: 'other', context: { cluster: 'lab-cluster', user: 'you' } })
    document.users.push({ name: 'you', user: { token: 'not-mine' } })
    write(folder, 'config', JSON.stringify({ ...document, 'current-context': 'other' }))
    laterOn()
    connection.invalidate()
    expect(await bearer(connection)).toBe('Bearer first')
  })

  it('that is being rewritten just now changes nothing', async () => {
    const { folder, connection } = await start()
    write(folder, 'config', '{"users": [')
    laterOn()
    connection.invalidate()
    expect(await bearer(connection)).toBe('Bearer first')
  })
})

describe('in a pod', () => {
  const ca = selfSigned('kubernetes').cert
  const pod = (files: Readonly<Record<string, string>> = {}) => folderWith({ token: 'pod-token', 'ca.crt': ca, namespace: 'shop', ...files })
  const env = { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }

  it('the service account is used, and its token followed', async () => {
    const folder = pod()
    const connection = await connect({ type: 'auto' }, { env, home: '/', serviceAccountFolder: folder })
    expect(connection).toMatchObject({ server: 'https://10.0.0.1:443', namespace: 'shop', tls: { ca } })
    expect(await bearer(connection)).toBe('Bearer pod-token')
    write(folder, 'token', 'rotated')
    laterOn()
    expect(await bearer(connection)).toBe('Bearer rotated')
  })

  it('an IPv6 service address is put in brackets', async () => {
    const connection = await connect({ type: 'inCluster' }, { env: { ...env, KUBERNETES_SERVICE_HOST: 'fd00::1' }, home: '/', serviceAccountFolder: pod() })
    expect(connection.server).toBe('https://[fd00::1]:443')
  })

  it('what is missing is named', async () => {
    await expect(connect({ type: 'inCluster' }, { env: {}, home: '/', serviceAccountFolder: pod() })).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringContaining('KUBERNETES_SERVICE_HOST') as string })
    await expect(connect({ type: 'inCluster' }, { env, home: '/', serviceAccountFolder: '/nowhere' })).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: expect.stringContaining('/nowhere/ca.crt') as string })
  })
})
