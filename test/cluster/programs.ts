import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** One started program. */
export interface Running {
  readonly name: string
  readonly pid: number
  /** Settles when it has ended, with how: `exit code 1`, `SIGKILL`. Never rejects. */
  readonly ended: Promise<string>
  hasEnded(): boolean
  /** Hears of it when it ends without having been stopped. Must be called while it runs. */
  onUnaskedEnd(listener: (how: string) => void): void
  /** Asks it to end (SIGTERM) and kills it when it has not after the grace. Does nothing when it has ended. */
  stop(graceMs: number): Promise<void>
  /** The end of what it logged, for error messages. */
  logTail(): string
}

/** Starts programs inside one folder, and sees to it that neither they nor the folder outlive this process. */
export interface Programs {
  start(name: string, file: string, args: readonly string[]): Promise<Running>
  /** Kills what still runs and removes the folder. */
  close(): Promise<void>
}

/**
 * Programs get process groups of their own: Ctrl-C in a terminal reaches every process of the
 * foreground group at once, and would end etcd before the API server, which then lingers.
 */
export function programsIn(folder: string): Programs {
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'guard.ts'), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const guardEnded = once(guard, 'close')
  // Without its guard this process can still do its work; only its sudden death would leave things behind.
  guard.stdin.on('error', () => undefined)

  return {
    async start(name, file, args) {
      const logFile = join(folder, `${name}.log`)
      const log = openSync(logFile, 'a')
      const child = spawn(file, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] })
      closeSync(log)
      let how: string | undefined
      let wanted = false
      const ended = new Promise<string>((resolve) => {
        child.once('exit', (code, signal) => {
          how = signal ?? `exit code ${code}`
          guard.stdin.write(`-${child.pid}\n`)
          resolve(how)
        })
      })
      await once(child, 'spawn')
      guard.stdin.write(`+${child.pid}\n`)

      const running: Running = {
        name,
        pid: child.pid ?? 0,
        ended,
        hasEnded: () => how !== undefined,
        onUnaskedEnd(listener) {
          child.once('exit', (code, signal) => {
            if (!wanted) listener(signal ?? `exit code ${code}`)
          })
        },
        async stop(graceMs) {
          wanted = true
          if (how !== undefined) return
          child.kill(graceMs > 0 ? 'SIGTERM' : 'SIGKILL')
          const grace = new AbortController()
          await Promise.race([ended, sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)])
          grace.abort()
          if (!running.hasEnded()) child.kill('SIGKILL')
          await ended
        },
        logTail: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-25).join('\n'),
      }
      return running
    },
    async close() {
      guard.stdin.end()
      await guardEnded
    },
  }
}
