import { open, readFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * Runs the work while no other process of this machine runs work under the same lock file.
 * A lock whose holder died is taken over.
 */
export async function withLock(file: string, onWait: (holder: number) => void, work: () => Promise<void>): Promise<void> {
  let told = false
  for (;;) {
    try {
      const handle = await open(file, 'wx')
      await handle.writeFile(String(process.pid))
      await handle.close()
      break
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''))
    // A file just made may still be empty: its holder is about to write.
    if (holder > 0 && !lives(holder)) {
      await rm(file, { force: true })
      continue
    }
    if (!told && holder > 0) onWait(holder)
    told ||= holder > 0
    await sleep(500)
  }
  try {
    await work()
  } finally {
    await rm(file, { force: true })
  }
}

export function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
