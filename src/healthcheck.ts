import './require-node.ts'
import { homedir } from 'node:os'
import type { Environment } from './base/environment.ts'
import { loadConfig } from './config/load.ts'

const patienceMs = 4000

/**
 * The container's HEALTHCHECK: asks the service that runs beside it for `/healthz`, at the port
 * of the configuration that a service without flags would read. Loads nothing else, as it is
 * begun twice a minute. Gives what went wrong, undefined where all is well.
 */
async function healthcheck(env: Environment): Promise<string | undefined> {
  const { config } = await loadConfig({ env, home: homedir(), folder: process.cwd() })
  const { address, port } = config.admin ?? config.listen
  if (port === 0) return 'The configured port is 0, which takes a free one: nobody can know which. Configure listenPort, or admin.listenPort.'
  const url = `http://${hostOf(address)}:${port}/healthz`
  return fetch(url, { signal: AbortSignal.timeout(patienceMs) }).then(
    ({ ok, status }) => (ok ? undefined : `${url} answered with HTTP status ${status}.`),
    ({ message, cause }: Error) => `${url} does not answer: ${cause instanceof Error ? cause.message : message}.`,
  )
}

/** Where a listener on this address can be reached from the same machine. */
function hostOf(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1'
  if (address === '::') return '[::1]'
  return address.includes(':') ? `[${address}]` : address
}

const failure = await healthcheck(process.env).catch((error: Error) => error.message)
if (failure !== undefined) {
  console.error(failure)
  process.exitCode = 1
}
