import { setTimeout as sleep } from 'node:timers/promises'

/** Resident memory in bytes after the collector has had its say and the allocator its time. */
export async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i += 1) {
    globalThis.gc?.()
    await sleep(200)
  }
  return process.memoryUsage.rss()
}
