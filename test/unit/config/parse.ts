import { WatchqlError } from '../../../src/base/errors.ts'
import { parseConfig } from '../../../src/config/load.ts'
import type { ConfigMistake } from '../../../src/config/mistakes.ts'
import type { Config } from '../../../src/config/options.ts'

const context = { env: {}, home: '/home/me' }

/** The config of a document, as from a file without an extension. */
export function parse(document: unknown, env: Readonly<Record<string, string>> = {}): Config {
  return parseConfig(JSON.stringify(document), 'test', { ...context, env })
}

/** The mistakes in a text; any other failure goes on its way and fails the test. */
export function mistakesIn(text: string, source = 'test'): readonly ConfigMistake[] {
  try {
    parseConfig(text, source, context)
  } catch (error) {
    if (error instanceof WatchqlError && error.code === 'INVALID_CONFIG') return error.details['mistakes'] as ConfigMistake[]
    throw error
  }
  return []
}

export function mistakesOf(document: unknown): readonly ConfigMistake[] {
  return mistakesIn(JSON.stringify(document))
}

/** As the users of k8s-generic-watcher have it: every key of its own, with nulls and empty texts. */
export const grwConfig = {
  minLogLevel: 'trace',
  logType: 'pretty',
  listenPort: 3100,
  enableSyncApiGroups: true,
  apiGroupsSyncIntervalSecond: 60,
  globalWebhookUrls: ['http://localhost:8080/all'],
  initialWebHookUrls: null,
  initialWatchingResources: [
    {
      group: 'core',
      version: 'v1',
      kind: 'Pod',
      watchOptions: { namespace: 'shop', name: null, labelSelector: { app: 'web' }, fieldSelector: { 'status.phase': 'Running' }, additionalK8sApiQueryParams: { pretty: false } },
      notifiers: null,
    },
    {
      group: 'apps',
      version: 'v1',
      kind: 'Deployment',
      watchOptions: null,
      notifiers: [
        {
          webhookUrls: ['http://localhost:8080/hook'],
          eventTypes: ['ADDED'],
          filter: { namespace: 'shop', labelSelectors: ['app', 'web'], annotationSelectors: ['team', 'a & b'], fieldMatches: ['.spec.replicas', 3, 'spec.selector', { matchLabels: { app: 'web' } }] },
        },
        { webhookUrls: ['http://localhost:8080/all-types'], eventTypes: [], filter: null },
      ],
    },
  ],
  k8sClientConfig: {
    apiServerUrl: '',
    autoInClusterConfig: false,
    authType: 'KubeConfig',
    kubeConfigFilePath: '~/clusters/lab',
    tokenFilePath: '',
    caCertPath: '',
    caCertDataPemBase64: '',
    clientCertPath: '',
    clientCertDataPemBase64: '',
    clientKeyPath: '',
    clientKeyDataPemBase64: '',
    autoKeepAlive: true,
    autoReconnect: true,
  },
} as const
