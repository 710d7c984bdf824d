import pretty from 'pino-pretty'
import type { DestinationStream } from 'pino'

/** One readable line per event. */
export function pinoPretty(stream: DestinationStream | undefined): DestinationStream {
  return pretty({
    colorize: stream === undefined && process.stdout.isTTY,
    translateTime: 'SYS:HH:MM:ss',
    customLevels: 'silly:5',
    singleLine: true,
    destination: (stream as never) ?? 1,
  })
}
