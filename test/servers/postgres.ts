import { execFile, execFileSync } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { freePort } from '../cluster/port.ts'
import { programsIn, untilReady } from '../cluster/programs.ts'
import type { TestServer } from './server.ts'

/** A real PostgreSQL server (Debian: apt-get install postgresql) with an empty database `watchql`. */
export async function startPostgres(): Promise<TestServer & { readonly url: string }> {
  const bin = await findBin()
  const folder = await mkdtemp(join(tmpdir(), 'watchql-postgres-'))
  const programs = programsIn(folder, () => undefined)
  const data = join(folder, 'data')
  await mkdir(data)
  const as = await ownBy(folder, data)
  const port = await freePort()
  const [command, ...before] = [...as, join(bin, 'initdb')]
  const init = await programs.start('initdb', command ?? '', [...before, '-D', data, '-U', 'watchql', '--auth=trust', '--no-sync', '--encoding=UTF8', '--locale=C'])
  await untilReady(init, () => Promise.resolve(init.hasEnded()))

  const options = ['-D', data, '-p', String(port), '-c', 'listen_addresses=127.0.0.1', '-c', `unix_socket_directories=${data}`, '-c', 'max_connections=50']
  const run = [...as, join(bin, 'postgres'), ...options]
  const start = async (attempt = 1): Promise<Awaited<ReturnType<typeof programs.start>>> => {
    const program = await programs.start('postgres', run[0] ?? '', run.slice(1))
    await sleep(200)
    // Those that a killed server left behind still hold its memory for a moment.
    if (program.hasEnded() && attempt < 20) return start(attempt + 1)
    // Recovering after a crash, it listens before it answers.
    await untilReady(program, () => promisify(execFile)(join(bin, 'pg_isready'), ['-q', '-h', '127.0.0.1', '-p', String(port)]).then(() => true, () => false))
    return program
  }
  let program = await start()
  execFileSync(join(bin, 'psql'), ['-q', '-h', '127.0.0.1', '-p', String(port), '-U', 'watchql', 'postgres', '-c', 'CREATE DATABASE watchql'])
  return {
    url: `postgres://watchql@127.0.0.1:${port}/watchql`,
    stop: () => programs.close(),
    kill: () => program.stop(0),
    pause: () => void process.kill(program.pid, 'SIGSTOP'),
    resume: () => void process.kill(program.pid, 'SIGCONT'),
    restart: async () => {
      await program.stop(5000)
      program = await start()
    },
  }
}

/** Debian keeps its programs beside each other by version, off the path. */
async function findBin(): Promise<string> {
  const root = '/usr/lib/postgresql'
  const newest = (await readdir(root).catch(() => [])).toSorted((a, b) => Number(b) - Number(a))[0]
  if (newest !== undefined) return join(root, newest, 'bin')
  try {
    return execFileSync('pg_config', ['--bindir'], { encoding: 'utf8' }).trim()
  } catch (error) {
    throw new Error('PostgreSQL is not installed (Debian: apt-get install postgresql).', { cause: error })
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made. */
async function ownBy(folder: string, data: string): Promise<readonly string[]> {
  if (process.getuid?.() !== 0) return []
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  await chmod(folder, 0o755)
  await chown(data, id('-u'), id('-g'))
  return ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--']
}
