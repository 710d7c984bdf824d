import { rm } from 'node:fs/promises'
import { createInterface } from 'node:readline'

/**
 * A process of its own that outlives its parent by a moment. The parent names the programs it
 * runs (`+pid` when one starts, `-pid` when it has ended). When the parent closes this
 * process' standard input, or dies in any way at all, SIGKILL included, every program still
 * named is killed and the folder given as argument is removed.
 */
const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: node guard.ts FOLDER < lines of +pid and -pid')

const running = new Set<number>()
for await (const line of createInterface(process.stdin)) {
  const pid = Number(line.slice(1))
  if (line.startsWith('+')) running.add(pid)
  else running.delete(pid)
}
for (const pid of running) {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself just now.
  }
}
await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
