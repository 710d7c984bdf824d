import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process'
import { delimiter, dirname, join } from 'node:path'
import type { Image } from './build.ts'

interface StartOptions {
  /** In place of the image's command. */
  readonly args?: readonly string[]
  /** Beside the image's own. */
  readonly env?: Readonly<Record<string, string>>
  readonly stdio?: StdioOptions
}

/** Starts it as a container engine would: its entrypoint in its folder, its variables and no others, and its user where this one may become another. */
export function startImage({ root, workdir, env, user, entrypoint, command }: Image, { args = [], env: more = {}, stdio = 'pipe' }: StartOptions): ChildProcess {
  const [program = '', ...rest] = [...entrypoint, ...(args.length > 0 ? args : command)]
  const [uid = Number.NaN, gid = Number.NaN] = user.split(':').map(Number)
  return spawn(program, rest, {
    cwd: join(root, workdir),
    env: { PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter), ...env, ...more },
    stdio,
    ...(process.getuid?.() === 0 ? { uid, gid } : {}),
  })
}
