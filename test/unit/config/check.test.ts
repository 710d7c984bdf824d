import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkConfig } from '../../../src/config/check.ts'

async function check(document?: object, env: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-check-'))
  if (document !== undefined) await writeFile(join(folder, 'config.json'), JSON.stringify(document))
  const { lines, exitCode } = await checkConfig({ env, home: folder, folder })
  return { text: lines.join('\n').replaceAll(folder, 'FOLDER'), exitCode }
}

describe('checking a configuration', () => {
  it('says what the service would do', async () => {
    const { text, exitCode } = await check({
      listenAddress: '::',
      allowUnauthenticated: true,
      initialWatchingResources: [
        { group: 'core', version: 'v1', kind: 'Pod', watchOptions: { namespace: 'shop', labelSelector: { app: 'web' } }, notifiers: [{ webhookUrls: ['http://a/'] }] },
        { group: 'networking.istio.io', kind: 'Gateway' },
      ],
      k8sClientConfig: { context: 'staging', insecureSkipTlsVerify: true },
      watch: { onDemand: false },
    })
    expect(exitCode).toBe(0)
    expect(text).toBe(`FOLDER/config.json: no mistakes.

Cluster    default, as the context staging of the kubeconfig says
           without verifying the certificate of the API server
Watches    2 kinds from the start, no others on demand
           v1/Pod (namespace shop; labels app=web; 1 notifier)
           Gateway.networking.istio.io, the version that the server prefers
Listens    http://[::]:3000, for whoever reaches it, without authentication
Logs       info and above, as JSON
Webhooks   1 URL; this version checks them and does not deliver yet`)
  })

  it('says what holds without a configuration, and what to mind', async () => {
    const { text, exitCode } = await check(undefined, { KUBERNETES_SERVICE_HOST: '10.0.0.1' })
    expect(exitCode).toBe(0)
    expect(text).toContain('the defaults: no mistakes.')
    expect(text).toContain('Watches    no kinds from the start, others when they are asked for')
    expect(text).toContain('Listens    http://127.0.0.1:3000, for this machine only')
    expect(text).toMatch(/^Warning {4}listenAddress /m)
  })

  it('names every mistake and fails', async () => {
    const { text, exitCode } = await check({ listenPort: 'x', logTyp: 'json', k8sClientConfig: { authType: 'KubeConfig', kubeConfigFilePath: 'nowhere' } })
    expect(exitCode).toBe(1)
    expect(text).toBe(`FOLDER/config.json has 3 mistakes:
  logTyp: is no key that is known here; did you mean logType?
  listenPort: must be integer; it is "x"
  k8sClientConfig.kubeConfigFilePath: names FOLDER/nowhere, which cannot be read: there is no such file

(INVALID_CONFIG)`)
  })

  it('fails on a file that cannot be read', async () => {
    expect(await check(undefined, { CONFIG_FILE_PATH: '/nowhere.json' })).toEqual({ text: 'Cannot read the configuration /nowhere.json: there is no such file.\n\n(UNREADABLE_FILE)', exitCode: 1 })
  })
})
