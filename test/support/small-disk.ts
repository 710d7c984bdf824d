import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished, type TestContext } from 'vitest'

/**
 * A disk of its own of so many kilobytes, which can really be full: a tmpfs that only processes
 * begun by `command` see at `path`. Gone when the test ends, which is skipped where this system
 * lets nobody mount one, but fails in CI.
 */
export async function openSmallDisk(kilobytes: number, test: TestContext) {
  const path = await mkdtemp(join(tmpdir(), 'watchql-disk-'))
  const root = process.getuid?.() === 0
  const holder = spawn('unshare', ['--mount', ...(root ? [] : ['--map-root-user']), 'sh', '-c', `mount -t tmpfs -o size=${kilobytes}k tmpfs "$0" && echo mounted && exec sleep 3600`, path], { stdio: ['ignore', 'pipe', 'ignore'] })
  const gone = Promise.race([once(holder, 'exit'), once(holder, 'error')])
  onTestFinished(async () => {
    holder.kill('SIGKILL')
    await gone
    await rm(path, { recursive: true, force: true })
  })
  const isMounted = await Promise.race([once(holder.stdout, 'data').then(() => true), gone.then(() => false)])
  if (!isMounted && process.env['CI'] === undefined) test.skip('No disk can be mounted here.')
  if (!isMounted) throw new Error('No disk can be mounted here, so it cannot be full: this test needs unshare and nsenter, and the right to use them.')
  const filler = join(`/proc/${holder.pid}/root`, path, 'filler')
  return {
    path,
    /** What a program and its arguments are put behind to see it. */
    command: ['nsenter', '--target', String(holder.pid), ...(root ? [] : ['--user', '--preserve-credentials']), '--mount'],
    /** Leaves no byte free. */
    fill: async () => {
      for (const size of [64 * 1024, 4096]) while (await writeFile(filler, Buffer.alloc(size), { flag: 'a' }).then(() => true, isFull));
    },
    free: () => rm(filler),
  }
}

function isFull(error: unknown): false {
  if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
  return false
}
