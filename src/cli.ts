import { homedir } from 'node:os'
import { isAbsolute } from 'node:path'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { WatchqlError } from './base/errors.ts'
import type { Environment } from './base/environment.ts'
import type { Logger } from './base/logging.ts'
import { createLogger } from './base/pino-logger.ts'
import { describeConfig } from './config/describe.ts'
import { loadConfig, type LoadedConfig } from './config/load.ts'
import { followConfig } from './follow-config.ts'
import { startGateway } from './gateway.ts'
import { openPlayground } from './playground-command.ts'
import { relationsWith } from './relations/configured.ts'
import { clusterSdl } from './print-schema.ts'
import { followProgress } from './progress.ts'

interface ServeFlags {
  readonly config?: string
  readonly port?: number
}

/** Runs one command to its end and gives the exit status: 0 well, 1 failed, 2 misused. */
export async function main(argv: readonly string[], env: Environment): Promise<number> {
  const program = new Command('watchql')
  program
    .description("Watches a Kubernetes cluster's objects and serves them as one GraphQL API.")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      `
Examples:
  watchql playground                       look around in an embedded sample cluster
  watchql                                  serve the cluster of the current kubeconfig (or, in a pod, its own)
  watchql --config config.json             serve as a configuration says; k8s-generic-watcher's work unchanged
  watchql check-config --config c.json     tell every mistake in a configuration
  watchql print-schema > schema.graphql    the cluster's GraphQL schema, for code generators

Environment: CONFIG_FILE_PATH names the configuration, AUTO_INCLUSTER_CONFIG=true uses the pod's service account,
KUBECONFIG names kubeconfigs. Everything else is in the configuration: see docs/configuration.md.`,
    )

  program
    .command('serve', { isDefault: true })
    .description('serve a cluster (the default)')
    .option('-c, --config <file>', 'the configuration, JSON or YAML (default: CONFIG_FILE_PATH, then ./config.json where there is one)')
    .option('-p, --port <number>', 'listen on this port instead of the configured one', portNumber)
    .action(async (flags: ServeFlags) => serve(flags, env))

  program
    .command('check-config')
    .description('tell every mistake in a configuration, or what it would do')
    .option('-c, --config <file>', 'the configuration (default as for serve)')
    .action(async (flags: ServeFlags) => {
      const loaded = await load(flags, env)
      relationsWith(loaded.config.relations)
      print(describeConfig(loaded))
    })

  program
    .command('print-schema')
    .description("print the GraphQL schema of the cluster, the types of its kinds included: for code generators")
    .option('-c, --config <file>', 'the configuration (default as for serve)')
    .action(async (flags: ServeFlags) => print([(await clusterSdl((await load(flags, env)).config, { env, home: homedir() })).trimEnd()]))

  program
    .command('playground')
    .description('serve an embedded sample cluster that lives')
    .option('-p, --port <number>', 'listen on this port', portNumber, 3000)
    .option('--scale <number>', 'size of the sample: 1 is about 400 objects', positive, 1)
    .option('--seed <number>', 'another sample cluster with another life', positive, 1)
    .option('--quiet', 'let nothing happen in the cluster')
    .action(async (flags: { port: number; scale: number; seed: number; quiet?: boolean }) => openPlayground(flags, (config, logger, onListening) => run(config, logger, env, { onListening })))

  try {
    await program.parseAsync([...argv])
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof WatchqlError)) throw error
    console.error(`watchql: ${error.message} (${error.code})`)
    return 1
  }
}

async function serve(flags: ServeFlags, env: Environment): Promise<void> {
  const { config, source, warnings } = await load(flags, env)
  const logger = createLogger(config.log)
  logger.log('info', 'configuration read', { source })
  for (const { path, message } of warnings) logger.log('warn', `${path} ${message}`)
  const withPort = (given: LoadedConfig['config']) => (flags.port === undefined ? given : { ...given, listen: { ...given.listen, port: flags.port } })
  await run(withPort(config), logger, env, {
    ...(isAbsolute(source) ? { file: source } : {}),
    reload: async () => withPort((await load(flags, env)).config),
  })
}

interface RunOptions {
  readonly onListening?: (url: string) => void
  /** The configuration's file, and how to read it again. */
  readonly file?: string
  readonly reload?: () => Promise<LoadedConfig['config']>
}

/** Serves until told to stop. A second signal ends the process at once. */
async function run(config: LoadedConfig['config'], logger: Logger, env: Environment, { onListening, file, reload }: RunOptions = {}): Promise<void> {
  const gateway = await startGateway(config, { logger, surroundings: { env, home: homedir() } })
  logger.log('info', 'listening', { graphql: `${gateway.url}/graphql` })
  onListening?.(gateway.url)
  const stopFollowing = reload === undefined ? () => undefined : followConfig({ file, reload: async () => gateway.reload(await reload()), logger })
  const stopProgress = followProgress(gateway.clusters, logger)
  await toldToStop()
  stopProgress()
  stopFollowing()
  logger.log('info', 'stopping: requests under way are finished first')
  await gateway.stop()
  logger.log('info', 'stopped')
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    const stop = () => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
      resolve()
    }
    process.once('SIGINT', stop)
    process.once('SIGTERM', stop)
  })
}

function load(flags: ServeFlags, env: Environment): Promise<LoadedConfig> {
  return loadConfig({ env, home: homedir(), folder: process.cwd(), ...(flags.config === undefined ? {} : { file: flags.config }) })
}

function print(lines: readonly string[]): void {
  console.log(lines.join('\n'))
}

function portNumber(text: string): number {
  const port = Number(text)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new InvalidArgumentError('It must be a number from 0 to 65535.')
  return port
}

function positive(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return number
}

