import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { vi } from 'vitest'

/** A folder of its own, with files in it. */
export function folderWith(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'watchql-credentials-'))
  for (const [name, content] of Object.entries(files)) write(folder, name, content)
  return folder
}

export function write(folder: string, name: string, content: string): string {
  const file = join(folder, name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, content)
  return file
}

export interface KubeConfigParts {
  readonly cluster?: object
  readonly user?: object
  readonly namespace?: string
}

/** The text of a kubeconfig with one context, `lab`. */
export function kubeConfig({ cluster, user, namespace }: KubeConfigParts): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    contexts: [{ name: 'lab', context: { cluster: 'lab-cluster', user: 'me', ...(namespace === undefined ? {} : { namespace }) } }],
    clusters: [{ name: 'lab-cluster', cluster: { server: 'https://lab.example.com:6443', ...cluster } }],
    users: [{ name: 'me', user: user ?? {} }],
  })
}

/** Lets the clocks jump, and nothing else: files and processes stay real. */
export function ownTheClock(): void {
  vi.useFakeTimers({ toFake: ['performance', 'Date'] })
}

/** Past the time for which what was read counts as fresh. */
export function laterOn(): void {
  vi.advanceTimersByTime(6000)
}
