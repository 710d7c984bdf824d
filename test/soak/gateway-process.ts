import 'reflect-metadata'
import { createWriteStream, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Logger } from '../../src/base/logging.ts'
import { createLogger } from '../../src/base/pino-logger.ts'
import { parseConfig } from '../../src/config/load.ts'

/**
 * The built service in a process of its own, so that what is measured of it is its own. Run with
 * --expose-gc and two arguments, the config file and the log file; answers `measure` and `stop`.
 */
const [configFile = '', logFile = ''] = process.argv.slice(2)
const built = pathToFileURL(join(import.meta.dirname, '..', '..', 'dist', 'gateway.js')).href
const { startGateway } = (await import(built)) as typeof import('../../src/gateway.ts')

/** Whatever the service calls an error is a defect of it: nothing that the cluster does is. */
const reporting = (logger: Logger): Logger => ({
  log(level, message, fields) {
    logger.log(level, message, fields)
    if (level === 'error' || level === 'fatal') process.send?.({ defect: `${message} ${(fields?.['error'] as Error | undefined)?.stack ?? JSON.stringify(fields)}` })
  },
  child: (fields) => reporting(logger.child(fields)),
})

const logger = reporting(createLogger({ level: 'info', type: 'json', stream: createWriteStream(logFile) }))
const gateway = await startGateway(parseConfig(readFileSync(configFile, 'utf8'), configFile, { env: {}, home: '/' }), { logger, surroundings: { env: {}, home: '/' }, freezeObjects: true })

let longestTurnMs = 0
let last = performance.now()
setInterval(() => {
  longestTurnMs = Math.max(longestTurnMs, performance.now() - last - 20)
  last = performance.now()
}, 20).unref()

async function measure() {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.()
    await turn()
  }
  const { heapUsed, external, rss } = process.memoryUsage()
  const resources: Record<string, number> = {}
  for (const type of process.getActiveResourcesInfo()) resources[type] = (resources[type] ?? 0) + 1
  const measured = { heapMb: heapUsed / 2 ** 20, externalMb: external / 2 ** 20, rssMb: rss / 2 ** 20, files: readdirSync('/proc/self/fd').length, resources, longestTurnMs }
  longestTurnMs = 0
  last = performance.now()
  return measured
}

export type Measured = Awaited<ReturnType<typeof measure>>

async function stop() {
  await gateway.stop()
  // Whatever still runs now keeps the process alive, and the one who stopped it notices.
  process.disconnect()
}

process.on('message', (message) => {
  if (message === 'measure') void measure().then((measured) => process.send?.({ measured }))
  if (message === 'stop') void stop()
})
// Whoever started it is gone.
process.once('disconnect', () => setTimeout(() => process.exit(1), 30_000).unref())
process.send?.({ url: gateway.url })
