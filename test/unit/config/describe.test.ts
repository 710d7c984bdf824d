import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeConfig } from '../../../src/config/describe.ts'
import { loadConfig } from '../../../src/config/load.ts'

async function describeIt(document?: object, env: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-describe-'))
  if (document !== undefined) await writeFile(join(folder, 'config.json'), JSON.stringify(document))
  return describeConfig(await loadConfig({ env, home: folder, folder })).join('\n').replaceAll(folder, 'FOLDER')
}

describe('the description of a configuration', () => {
  it('says what the service would do', async () => {
    const text = await describeIt({
      listenAddress: '::',
      allowUnauthenticated: true,
      initialWatchingResources: [
        { group: 'core', version: 'v1', kind: 'Pod', watchOptions: { namespace: 'shop', labelSelector: { app: 'web' } }, notifiers: [{ webhookUrls: ['http://a/'] }] },
        { group: 'networking.istio.io', kind: 'Gateway' },
      ],
      k8sClientConfig: { context: 'staging', insecureSkipTlsVerify: true },
      watch: { onDemand: false },
    })
    expect(text).toBe(`FOLDER/config.json is valid.

Cluster    default, as the context staging of the kubeconfig says
           without verifying the certificate of the API server
Watches    2 kinds from the start, no others on demand
           v1/Pod (namespace shop; labels app=web; 1 notifier)
           Gateway.networking.istio.io, the version that the server prefers
Listens    http://[::]:3000, for whoever reaches it, without authentication
Logs       info and above, as JSON
Webhooks   1 URL; without database.path or database.url what is not delivered yet is forgotten by a restart`)
  })

  it('says what holds without a configuration, and what to mind', async () => {
    const text = await describeIt(undefined, { KUBERNETES_SERVICE_HOST: '10.0.0.1' })
    expect(text).toContain('the defaults is valid.')
    expect(text).toContain('Watches    no kinds from the start, others when they are asked for')
    expect(text).toContain('Listens    http://127.0.0.1:3000, for this machine only')
    expect(text).toMatch(/^Warning {4}listenAddress /m)
  })
})
