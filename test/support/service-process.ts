import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { onTestFinished } from 'vitest'

/** The built service as a process of its own that can be killed at any moment. Killed when the test ends. */
export function startService(configFile: string): { readonly child: ChildProcess; readonly listening: Promise<string>; kill(): Promise<void> } {
  const child = spawn(process.execPath, ['dist/bin.js', 'serve', '--config', configFile], { stdio: ['ignore', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const lines: string[] = []
  const listening = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (lines.length < 50) lines.push(line)
      const found = /"listening"[^}]*"(http:\/\/127\.0\.0\.1:\d+)|"(http:\/\/127\.0\.0\.1:\d+)\/graphql".*"listening"/.exec(line)
      if (found !== null) resolve(found[1] ?? found[2] ?? '')
    })
    void exited.then(() => reject(new Error(`The service ended: ${lines.join('\n')}`)))
  })
  listening.catch(() => undefined)
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  onTestFinished(kill)
  return { child, listening, kill }
}
