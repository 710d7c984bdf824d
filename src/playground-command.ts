import { createLogger } from './base/pino-logger.ts'
import type { Logger } from './base/logging.ts'
import { parseConfig } from './config/load.ts'
import type { Config } from './config/options.ts'
import { startPlayground } from './playground/playground.ts'

export interface PlaygroundFlags {
  readonly port: number
  readonly scale: number
  readonly seed: number
  readonly quiet?: boolean
}

/** Milliseconds between two things that happen in the sample cluster. */
const stepMs = 1500

/** What a newcomer looks at first is in the cache already; every other kind comes in when it is asked for. */
const watched = [
  ...['Pod', 'Node', 'Namespace', 'Service', 'Event'].map((kind) => ({ kind })),
  ...['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet'].map((kind) => ({ group: 'apps', kind })),
]

/** Starts the sample cluster in this process and serves it until told to stop. */
export async function openPlayground(flags: PlaygroundFlags, serve: (config: Config, logger: Logger, onListening: (url: string) => void) => Promise<void>): Promise<void> {
  const playground = await startPlayground({ scale: flags.scale, seed: flags.seed, stepMs: flags.quiet === true ? 0 : stepMs })
  const standard = parseConfig(JSON.stringify({ clusterName: 'playground', listenPort: flags.port, logType: 'pretty', initialWatchingResources: watched }), 'the playground', { env: {}, home: '/' })
  const config: Config = { ...standard, cluster: { ...standard.cluster, connection: { type: 'anonymous', server: playground.server.url } } }
  const welcome = (url: string) =>
    console.log(`
  A sample cluster is running in this process: ask it anything at

    ${url.replace('127.0.0.1', 'localhost')}/graphql     (GraphiQL in a browser, the API for programs)

  for example: { objects(kinds: [{ kind: "Pod" }]) { totalCount groups(by: ["status.phase"]) { keys count } } }
  Its API server for other tools: kubectl --server ${playground.server.url} get pods -A
  Ctrl-C stops it.
`)
  try {
    await serve(config, createLogger(config.log), welcome)
  } finally {
    await playground.close()
  }
}
