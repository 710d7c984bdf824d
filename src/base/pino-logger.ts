import { pino, type DestinationStream, type Logger as Pino } from 'pino'
import { pinoPretty } from './pretty.ts'
import type { LogLevel, Logger } from './logging.ts'

export interface LoggerOptions {
  readonly level: LogLevel
  /** `json` a line per event, `pretty` for people, `hidden` nothing. */
  readonly type: 'json' | 'pretty' | 'hidden'
  /** Default: standard output. */
  readonly stream?: DestinationStream
}

/** Members that could hold a secret never reach a log, whoever logs them. */
const redacted = ['token', 'password', 'authorization', 'secret', 'key', 'data'].flatMap((name) => [name, `*.${name}`])

export function createLogger({ level, type, stream }: LoggerOptions): Logger {
  const destination = type === 'pretty' ? pinoPretty(stream) : stream
  const options = {
    level,
    enabled: type !== 'hidden',
    base: null,
    customLevels: { silly: 5 },
    redact: { paths: redacted, censor: '[redacted]' },
    formatters: { level: (label: string) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
    errorKey: 'error',
    serializers: { error: pino.stdSerializers.err },
  }
  return wrap(destination === undefined ? pino(options) : pino(options, destination))
}

function wrap(logger: Pino<'silly'>): Logger {
  return {
    log: (level, message, fields) => logger[level](fields ?? {}, message),
    child: (fields) => wrap(logger.child(fields)),
  }
}
