import { spawn } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from './api.ts'
import { basePrograms, controllerPrograms, findBinaries, kwokStages } from './binaries.ts'
import type { Binaries, ProgramName } from './binaries.ts'
import { apiServerFlags, controllerManagerFlags, etcdFlags, files, kwokFlags, schedulerFlags } from './components.ts'
import { freePort } from './port.ts'
import { programsIn } from './programs.ts'
import type { Programs, Running } from './programs.ts'
import { createUsers, kubeconfig, standardUsers, tokenFile, viewerRole } from './users.ts'
import type { User } from './users.ts'

export interface ControlPlaneOptions {
  /** Run the controller manager and the scheduler: Deployments get Pods, Pods get Nodes. Default true. */
  readonly controllers?: boolean
  /** Run kwok, which plays the kubelet of every Node: Nodes and Pods become Ready. Default true. */
  readonly kwok?: boolean
  /** Added to the API server's flags; for a flag given twice, the last one counts. */
  readonly apiServerFlags?: readonly string[]
  /** More users beside admin, viewer and nobody: name to groups. */
  readonly users?: Readonly<Record<string, readonly string[]>>
  /** Hears what happens, in sentences for people. Default: standard error. */
  readonly report?: (line: string) => void
}

const readyTimeoutMs = 60_000

/**
 * Starts a Kubernetes control plane on loopback: real programs, nothing simulated but the
 * machines. Resolves when the API server is ready; controllers take a moment longer. Nothing
 * of it outlives this process, however that ends.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { controllers = true, kwok = true, report = (line) => console.error(line) } = options
  const needed: ProgramName[] = [...basePrograms, ...(controllers ? controllerPrograms : []), ...(kwok ? ['kwok' as const] : [])]
  const binaries = await findBinaries(needed, report)

  const folder = await mkdtemp(join(tmpdir(), 'watchql-'))
  const plane = new ControlPlane(folder, binaries, createUsers({ ...standardUsers, ...options.users }), report)
  try {
    await plane.start(options.apiServerFlags ?? [], { controllers, kwok })
  } catch (error) {
    await plane.stop()
    throw error
  }
  return plane
}

export class ControlPlane {
  /** Holds the logs, one file per program, until `stop`. */
  readonly folder: string
  readonly users: readonly User[]
  readonly #binaries: Binaries
  readonly #programs: Programs
  readonly #report: (line: string) => void
  #etcd: Running | undefined
  #apiServer: Running | undefined
  #clients: Running[] = []
  #apiServerExtraFlags: readonly string[] = []
  #port = 0
  #ca = ''

  constructor(folder: string, binaries: Binaries, users: readonly User[], report: (line: string) => void) {
    this.folder = folder
    this.users = users
    this.#binaries = binaries
    this.#programs = programsIn(folder)
    this.#report = report
  }

  /** Stays the same when the API server restarts. */
  get url(): string {
    return `https://127.0.0.1:${this.#port}`
  }

  /** The certificates to trust, as PEM. */
  get ca(): string {
    return this.#ca
  }

  /** The same as a kubeconfig holds it: base64 of PEM. */
  get caData(): string {
    return Buffer.from(this.#ca).toString('base64')
  }

  /** A kubeconfig with a context per user, `admin` being the current one. */
  get kubeconfigPath(): string {
    return join(this.folder, files.kubeconfig)
  }

  /** The same text with another current user. */
  kubeconfig(user = 'admin'): string {
    return kubeconfig(this, this.users, this.#user(user).name)
  }

  token(user = 'admin'): string {
    return this.#user(user).token
  }

  /** A kubectl of the server's version. */
  get kubectlPath(): string {
    return this.#binaries.path('kubectl')
  }

  /** A small client; close it when done. */
  api(user = 'admin'): Api {
    return new Api({ url: this.url, ca: this.ca, token: this.token(user) })
  }

  /** Runs kubectl and returns what it printed; rejects with its complaint when it fails. */
  async kubectl(args: readonly string[], options: { readonly input?: string; readonly user?: string } = {}): Promise<string> {
    const context = ['--kubeconfig', this.kubeconfigPath, '--context', options.user ?? 'admin', '--cache-dir', join(this.folder, 'kubectl')]
    const child = spawn(this.kubectlPath, [...context, ...args], { stdio: 'pipe' })
    const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
    child.stdin.end(options.input)
    const [code, output, complaint] = await Promise.all([ended, text(child.stdout), text(child.stderr)])
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')} failed: ${complaint.trim()}`)
    return output
  }

  /** What runs now: for tests that interfere, for example with SIGSTOP. */
  running(): readonly Pick<Running, 'name' | 'pid'>[] {
    return [this.#etcd, this.#apiServer, ...this.#clients].filter((program): program is Running => program?.hasEnded() === false)
  }

  /** Ends the API server without a farewell: connections break off in the middle. etcd keeps the data. */
  async killApiServer(): Promise<void> {
    await this.#apiServer?.stop(0)
  }

  /** Stops it (politely, if it still runs) and starts it on the same port; given flags replace the extra ones that it had. */
  async restartApiServer(extraFlags = this.#apiServerExtraFlags): Promise<void> {
    await this.#apiServer?.stop(2_000)
    this.#apiServerExtraFlags = extraFlags
    await this.#startApiServer(() => Promise.resolve(this.#port))
  }

  /** Ends every program and removes the folder. May be called more than once. */
  async stop(): Promise<void> {
    await Promise.all(this.#clients.map((program) => program.stop(2_000)))
    // Before etcd: an API server that has lost its etcd lingers for a minute.
    await this.#apiServer?.stop(1_000)
    await this.#etcd?.stop(2_000)
    await this.#programs.close()
  }

  /** Called once, by startControlPlane. */
  async start(extraFlags: readonly string[], run: { readonly controllers: boolean; readonly kwok: boolean }): Promise<void> {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    await this.#write(files.serviceAccountKey, privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
    await this.#write(files.tokens, tokenFile(this.users))

    this.#etcd = await this.#programs.start('etcd', this.#binaries.path('etcd'), etcdFlags)
    await this.#until(this.#etcd, () => accepts(join(this.folder, files.etcdSocket)))
    this.#tellOfEnd(this.#etcd)
    this.#apiServerExtraFlags = extraFlags
    await this.#startApiServer(freePort)
    await this.#write(files.kubeconfig, this.kubeconfig())
    await this.#letViewersView()

    const start = async (program: ProgramName, flags: readonly string[]) => {
      const client = await this.#programs.start(program, this.#binaries.path(program), flags)
      this.#clients.push(client)
      this.#tellOfEnd(client)
    }
    if (run.controllers) {
      await start('kube-controller-manager', controllerManagerFlags)
      await start('kube-scheduler', schedulerFlags)
    }
    if (run.kwok) {
      const stages = kwokStages(this.#binaries)
      await start('kwok', kwokFlags((await readdir(stages)).map((file) => join(stages, file))))
    }
  }

  /** Another process may take the port between the choice and the use of it: then another one is tried. */
  async #startApiServer(choosePort: () => Promise<number>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#port = await choosePort()
      const flags = [...apiServerFlags(this.#port), ...this.#apiServerExtraFlags]
      const apiServer = await this.#programs.start('kube-apiserver', this.#binaries.path('kube-apiserver'), flags)
      this.#apiServer = apiServer
      try {
        await this.#until(apiServer, () => this.#isReady())
        this.#tellOfEnd(apiServer)
        return
      } catch (error) {
        const portTaken = apiServer.hasEnded() && apiServer.logTail().includes('address already in use')
        if (!portTaken || attempt === 5) throw error
        await sleep(attempt * 100)
      }
    }
  }

  async #isReady(): Promise<boolean> {
    const certificates = join(this.folder, files.certificates)
    if (!existsSync(certificates)) return false
    this.#ca = await readFile(certificates, 'utf8')
    const api = this.api()
    return api
      .get('/readyz')
      .then(
        () => true,
        () => false,
      )
      .finally(() => api.close())
  }

  async #letViewersView(): Promise<void> {
    const api = this.api()
    for (const object of viewerRole) await api.create(object)
    api.close()
  }

  async #until(program: Running, condition: () => Promise<boolean>): Promise<void> {
    const deadline = Date.now() + readyTimeoutMs
    while (!(await condition())) {
      const trouble = program.hasEnded() ? `ended (${await program.ended})` : `is not ready after ${readyTimeoutMs / 1000} s`
      if (program.hasEnded() || Date.now() > deadline) {
        throw new Error(`${program.name} from ${this.#binaries.source} ${trouble}. The end of its log:\n${program.logTail()}`)
      }
      await sleep(50)
    }
  }

  #tellOfEnd(program: Running): void {
    program.onUnaskedEnd((how) => this.#report(`${program.name} ended by itself (${how}). The end of its log:\n${program.logTail()}`))
  }

  #write(file: string, content: string): Promise<void> {
    return writeFile(join(this.folder, file), content, { mode: 0o600 })
  }

  #user(name: string): User {
    const user = this.users.find((candidate) => candidate.name === name)
    if (user === undefined) throw new Error(`This control plane has no user "${name}", only ${this.users.map(({ name }) => name).join(', ')}`)
    return user
  }
}

const accepts = (socket: string) =>
  new Promise<boolean>((resolve) => {
    const connection = connect(socket)
    connection.once('connect', () => resolve(true)).once('error', () => resolve(false))
    connection.once('connect', () => connection.destroy())
  })
