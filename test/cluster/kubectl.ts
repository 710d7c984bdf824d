import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'

export interface KubectlOptions {
  /** Given to its standard input, for `-f -`. */
  readonly input?: string
  /** Default `admin`. */
  readonly user?: string
}

/** What kubectl printed. Rejects with its complaint when it fails. */
export async function runKubectl(binary: string, args: readonly string[], input?: string): Promise<string> {
  const child = spawn(binary, args, { stdio: 'pipe' })
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  // It may fail before it has read its input.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [code, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
  if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${complaint.trim()}`)
  return output
}
