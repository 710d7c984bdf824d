import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** One started program. */
export interface Running {
  readonly name: string
  readonly pid: number
  hasEnded(): boolean
  /** How it ended (`exit code 1`, `SIGKILL`), or that it runs. */
  state(): string
  /** Asks it to end (SIGTERM) and kills it when it has not after the grace. Does nothing when it has ended. */
  stop(graceMs: number): Promise<void>
  /** The end of what it logged, for error messages. */
  logTail(): string
}

/** Starts programs inside one folder, and sees to it that neither they nor the folder outlive this process. */
export interface Programs {
  readonly folder: string
  /** Resolves when the program runs, which does not yet mean that it works. */
  start(name: string, file: string, args: readonly string[]): Promise<Running>
  running(): readonly Running[]
  /** Kills what still runs and removes the folder. */
  close(): Promise<void>
}

const readyTimeoutMs = 60_000

/** @throws when the program ends, or has not become ready within a minute; the message has the end of its log. */
export async function untilReady(program: Running, isReady: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs
  while (!(await isReady())) {
    if (program.hasEnded() || Date.now() > deadline) {
      throw new Error(`${program.name} did not become ready (${program.state()}). The end of its log:\n${program.logTail()}`)
    }
    await sleep(50)
  }
}

/**
 * A program that ends without having been stopped is reported. Programs get process groups of
 * their own: Ctrl-C in a terminal reaches every process of the foreground group at once, and
 * would end etcd before the API server, which then lingers.
 */
export function programsIn(folder: string, report: (line: string) => void): Programs {
  const running = new Set<Running>()
  const guard = spawn(process.execPath, [join(import.meta.dirname, 'guard.ts'), folder], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  const guardEnded = once(guard, 'close')
  // Without its guard this process can still do its work; only its sudden death would leave things behind.
  guard.stdin.on('error', () => undefined)

  return {
    folder,
    async start(name, file, args) {
      const logFile = join(folder, `${name}.log`)
      const log = openSync(logFile, 'a')
      const child = spawn(file, args, { cwd: folder, detached: true, stdio: ['ignore', log, log] })
      closeSync(log)
      let state = 'it still runs'
      let wanted = false
      const ended = new Promise<void>((resolve) => {
        child.once('exit', (code, signal) => {
          state = signal ?? `exit code ${code}`
          guard.stdin.write(`-${child.pid}\n`)
          running.delete(program)
          resolve()
          if (!wanted) report(`${name} ended by itself: ${state}`)
        })
      })
      const program: Running = {
        name,
        pid: child.pid ?? 0,
        hasEnded: () => !running.has(program),
        state: () => state,
        async stop(graceMs) {
          wanted = true
          if (program.hasEnded()) return
          child.kill(graceMs > 0 ? 'SIGTERM' : 'SIGKILL')
          const grace = new AbortController()
          await Promise.race([ended, sleep(graceMs, undefined, { signal: grace.signal }).catch(() => undefined)])
          grace.abort()
          if (!program.hasEnded()) child.kill('SIGKILL')
          await ended
        },
        logTail: () => readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-25).join('\n'),
      }
      await once(child, 'spawn')
      running.add(program)
      guard.stdin.write(`+${child.pid}\n`)
      return program
    },
    running: () => [...running],
    async close() {
      for (const program of running) await program.stop(0)
      guard.stdin.end()
      await guardEnded
    },
  }
}
