import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { connect } from '../../../../src/kubernetes/credentials/connect.ts'
import { selfSigned } from '../../../support/certificate.ts'
import { folderWith, kubeConfig, write, type KubeConfigParts } from './surroundings.ts'

const open = (parts: KubeConfigParts, files: Readonly<Record<string, string>> = {}) => {
  const folder = folderWith({ config: kubeConfig(parts), ...files })
  return connect({ type: 'kubeConfig', file: join(folder, 'config') }, { env: {}, home: folder })
}

describe('a kubeconfig', () => {
  it('gives the server, how to verify it, and the way there', async () => {
    const ca = selfSigned('ca').cert
    const connection = await open({
      namespace: 'shop',
      cluster: { 'certificate-authority': 'pki/ca.crt', 'tls-server-name': 'kube.internal', 'proxy-url': 'http://proxy:3128' },
    }, { 'pki/ca.crt': ca })
    expect(connection).toMatchObject({ server: 'https://lab.example.com:6443', proxyUrl: 'http://proxy:3128', namespace: 'shop', tls: { ca, servername: 'kube.internal' } })
    expect(connection.tls.rejectUnauthorized).toBeUndefined()
  })

  it('gives way to the service account of a pod where there is none and none is named', async () => {
    const folder = folderWith({ 'account/token': 'of-the-pod', 'account/ca.crt': selfSigned('ca').cert })
    const pod = { env: { KUBERNETES_SERVICE_HOST: '10.0.0.1', KUBERNETES_SERVICE_PORT: '443' }, home: folder, serviceAccountFolder: join(folder, 'account') }
    expect(await connect({ type: 'kubeConfig' }, pod)).toMatchObject({ server: 'https://10.0.0.1:443', description: "the pod's service account" })
    for (const choice of [{ context: 'lab' }, { file: join(folder, 'none') }]) await expect(connect({ type: 'kubeConfig', ...choice }, pod)).rejects.toMatchObject({ code: 'UNREADABLE_FILE' })
    await expect(connect({ type: 'kubeConfig' }, { ...pod, env: {} })).rejects.toMatchObject({ code: 'UNREADABLE_FILE' })
    write(folder, '.kube/config', kubeConfig({}))
    expect((await connect({ type: 'kubeConfig' }, pod)).server).toBe('https://lab.example.com:6443')
  })

  it('switches verification off only where it says so', async () => {
    const relaxed = await open({ cluster: { 'insecure-skip-tls-verify': true } })
    expect(relaxed.tls.rejectUnauthorized).toBe(false)
    const odd = await open({ cluster: { 'insecure-skip-tls-verify': 'yes' } })
    expect(odd.tls.rejectUnauthorized).toBeUndefined()
  })

  it.each([
    ['a token', { token: 'abc' }, { authorization: 'Bearer abc' }],
    ['a token file, by a path relative to the kubeconfig', { tokenFile: 'secrets/token' }, { authorization: 'Bearer from-the-file' }],
    ['a name and a password', { username: 'jo', password: 'x' }, { authorization: `Basic ${Buffer.from('jo:x').toString('base64')}` }],
    ['somebody else', { token: 'abc', as: 'viewer', 'as-groups': ['readers'], 'as-user-extra': { reason: ['audit'] } }, { authorization: 'Bearer abc', 'impersonate-user': 'viewer', 'impersonate-group': 'readers', 'impersonate-extra-reason': 'audit' }],
    ['nobody', {}, {}],
  ])('says who asks: %s', async (_, user, headers) => {
    const connection = await open({ user }, { 'secrets/token': 'from-the-file\n' })
    expect(await connection.authorize()).toEqual(headers)
  })

  it('gives client certificates from files and from data', async () => {
    const { cert, key } = selfSigned('me')
    const base64 = (text: string) => Buffer.from(text).toString('base64')
    const fromFiles = await open({ user: { 'client-certificate': 'me.crt', 'client-key': 'me.key' } }, { 'me.crt': cert, 'me.key': key })
    const fromData = await open({ user: { 'client-certificate-data': base64(cert), 'client-key-data': base64(key) } })
    expect(fromFiles.tls).toEqual({ cert, key })
    expect(fromData.tls).toEqual({ cert, key })
  })

  it('warns of an expired client certificate and of tokens in clear text', async () => {
    const { cert, key } = selfSigned('me', { fromMs: Date.now() - 7_200_000, toMs: Date.now() - 3_600_000 })
    const expired = await open({ user: { 'client-certificate': 'me.crt', 'client-key': 'me.key' } }, { 'me.crt': cert, 'me.key': key })
    expect(expired.warnings).toEqual([expect.stringContaining('expired on')])
    const clear = await open({ cluster: { server: 'http://lab.example.com' }, user: { token: 'abc' } })
    expect(clear.warnings).toEqual([expect.stringContaining('without encryption')])
    const proxied = await open({ cluster: { server: 'http://127.0.0.1:8001' }, user: { token: 'abc' } })
    expect(proxied.warnings).toEqual([])
  })
})

describe('several kubeconfigs', () => {
  const other = { apiVersion: 'v1', clusters: [{ name: 'two', cluster: { server: 'https://two' } }, { name: 'lab-cluster', cluster: { server: 'https://shadowed' } }], contexts: [{ name: 'second', context: { cluster: 'two' } }, { name: 'mixed', context: { cluster: 'lab-cluster' } }] }
  const folder = folderWith({ one: kubeConfig({ user: { token: 'abc' } }), two: JSON.stringify(other), empty: '' })
  const env = { KUBECONFIG: ['missing', 'empty', 'one', 'two'].map((name) => join(folder, name)).join(':') }
  const use = (context?: string) => connect({ type: 'kubeConfig', ...(context === undefined ? {} : { context }) }, { env, home: '/nowhere' })

  it('are read as one, the first to name something winning, missing ones passed over', async () => {
    expect((await use()).server).toBe('https://lab.example.com:6443')
    expect((await use('second')).server).toBe('https://two')
    expect((await use('mixed')).server).toBe('https://lab.example.com:6443')
  })

  it('come from ~/.kube/config where KUBECONFIG names none', async () => {
    const home = folderWith()
    write(home, '.kube/config', kubeConfig({ user: { token: 'abc' } }))
    const connection = await connect({ type: 'auto' }, { env: { KUBECONFIG: '' }, home, serviceAccountFolder: '/nowhere' })
    expect(connection.description).toContain(join(home, '.kube/config'))
  })

  it('offer their contexts when one is asked for that is in none', async () => {
    await expect(use('third')).rejects.toMatchObject({ code: 'INVALID_CONFIG', message: expect.stringMatching(/"third".*lab, second, mixed/) as string })
  })
})

describe('what is wrong with a kubeconfig', () => {
  const secret = 'do-not-show-me'

  it('names the file that is missing', async () => {
    await expect(connect({ type: 'kubeConfig', file: '/no/such/kubeconfig' }, { env: {}, home: '/' })).rejects.toMatchObject({ code: 'UNREADABLE_FILE', message: expect.stringContaining('/no/such/kubeconfig') as string })
  })

  it.each([
    ['no YAML', `users: [\n  token: ${secret}\n}`],
    ['no map', secret],
    ['a user without a name', JSON.stringify({ users: [{ user: { token: secret } }] })],
    ['no context', JSON.stringify({ users: [{ name: 'me', user: { token: secret } }] })],
    ['a context whose cluster is missing', JSON.stringify({ 'current-context': 'a', contexts: [{ name: 'a', context: { cluster: 'b' } }] })],
    ['a context whose user is missing', JSON.stringify({ 'current-context': 'a', contexts: [{ name: 'a', context: { cluster: 'b', user: 'c' } }], clusters: [{ name: 'b', cluster: { server: 'https://b' } }] })],
    ['a server that is no URL', kubeConfig({ cluster: { server: 'lab:6443' } })],
    ['a proxy that is none', kubeConfig({ cluster: { 'proxy-url': 'ftp://proxy' } })],
    ['a certificate that is none', kubeConfig({ cluster: { 'certificate-authority-data': Buffer.from(secret).toString('base64') } })],
    ['a certificate without its key', kubeConfig({ user: { 'client-certificate-data': Buffer.from(selfSigned('me').cert).toString('base64') } })],
    ['a certificate with the key of another', kubeConfig({ user: { 'client-certificate-data': Buffer.from(selfSigned('me').cert).toString('base64'), 'client-key-data': Buffer.from(selfSigned('you').key).toString('base64') } })],
    ['groups that one header cannot hold', kubeConfig({ user: { token: secret, as: 'me', 'as-groups': ['a', 'b'] } })],
  ])('is told as INVALID_CONFIG, without secrets: %s', async (_, text) => {
    const file = join(folderWith({ config: text }), 'config')
    const error = await connect({ type: 'kubeConfig', file }, { env: {}, home: '/' }).then(() => undefined, (wrong: Error) => wrong)
    expect(error).toMatchObject({ code: 'INVALID_CONFIG' })
    expect(error?.message).not.toContain(secret)
  })
})
