/** Levels of k8s-generic-watcher's `minLogLevel`. */
export const logLevels = ['silly', 'trace', 'debug', 'info', 'warn', 'error', 'fatal'] as const
export type LogLevel = (typeof logLevels)[number]

export interface Logger {
  log(level: LogLevel, message: string, fields?: Readonly<Record<string, unknown>>): void
  /** A logger that adds these fields to every line. */
  child(fields: Readonly<Record<string, unknown>>): Logger
}

export const silentLogger: Logger = { log: () => undefined, child: () => silentLogger }
