import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { resolve as resolvePath } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

export interface ServiceProcessOptions {
  /** What is to start it. */
  readonly command?: readonly string[]
  readonly nodeOptions?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

export interface ServiceProcess {
  readonly child: ChildProcess
  /** Its URL; rejects when it ends before it has one. */
  readonly listening: Promise<string>
  /** The latest lines of its log. */
  readonly lines: readonly string[]
  /** What it said on standard error, once it has ended. */
  readonly ended: Promise<string>
  kill(): Promise<void>
}

/** The built service as a process of its own that can be killed at any moment. Killed when the test ends. */
export function startService(configFile: string, { command = [], nodeOptions = [], env = {} }: ServiceProcessOptions = {}): ServiceProcess {
  const [program, ...options] = [...command, process.execPath, ...nodeOptions, resolvePath('dist/bin.js'), 'serve', '--config', configFile]
  const child = spawn(program ?? '', options, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  const exited = once(child, 'exit')
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  const ended = once(child, 'close').then(() => errors)
  const lines: string[] = []
  const listening = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      lines.push(line)
      if (lines.length > 200) lines.shift()
      const found = /"listening"[^}]*"(http:\/\/127\.0\.0\.1:\d+)|"(http:\/\/127\.0\.0\.1:\d+)\/graphql".*"listening"/.exec(line)
      if (found !== null) resolve(found[1] ?? found[2] ?? '')
    })
    void exited.then(() => reject(new Error(`The service ended: ${[...lines, errors].join('\n')}`)))
  })
  listening.catch(() => undefined)
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  return { child, lines, listening, ended, kill }
}
