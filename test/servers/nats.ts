import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../cluster/port.ts'
import { programsIn, untilReady } from '../cluster/programs.ts'
import type { TestServer } from './server.ts'

/** A real NATS server with JetStream (Debian: apt-get install nats-server) and no streams. */
export async function startNats(): Promise<TestServer & { readonly url: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'watchql-nats-'))
  const programs = programsIn(folder, () => undefined)
  const [port, monitorPort] = [await freePort(), await freePort()]
  const isReady = () => fetch(`http://127.0.0.1:${monitorPort}/healthz`).then(({ ok }) => ok, () => false)
  const start = async () => {
    const program = await programs.start('nats', 'nats-server', ['--addr', '127.0.0.1', '--port', String(port), '--http_port', String(monitorPort), '--jetstream', '--store_dir', join(folder, 'data')])
    await untilReady(program, isReady)
    return program
  }
  let program = await start()
  return {
    url: `nats://127.0.0.1:${port}`,
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
