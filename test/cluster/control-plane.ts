import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Api } from './api.ts'
import { ApiServer } from './api-server.ts'
import { basePrograms, controllerPrograms, findBinaries, kwokStages } from './binaries.ts'
import type { ProgramName } from './binaries.ts'
import { controllerManagerFlags, etcdFlags, files, kwokFlags, schedulerFlags } from './components.ts'
import { runKubectl } from './kubectl.ts'
import type { KubectlOptions } from './kubectl.ts'
import { createAll } from './objects.ts'
import { programsIn, untilReady } from './programs.ts'
import type { Programs, Running } from './programs.ts'
import { createUsers, kubeconfig, standardUsers, tokenFile, userNamed, viewerRole } from './users.ts'
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

/**
 * Starts a Kubernetes control plane on loopback: real programs, nothing simulated but the
 * machines. Resolves when the API server is ready; controllers take a moment longer. Nothing
 * of it outlives this process, however that ends.
 */
export async function startControlPlane(options: ControlPlaneOptions = {}): Promise<ControlPlane> {
  const { controllers = true, kwok = true, report = (line) => console.error(line) } = options
  const needed: ProgramName[] = [...basePrograms, ...(controllers ? controllerPrograms : []), ...(kwok ? ['kwok' as const] : [])]
  const binaries = await findBinaries(needed, report)
  const users = createUsers({ ...standardUsers, ...options.users })

  const folder = await mkdtemp(join(tmpdir(), 'watchql-'))
  const programs = programsIn(folder, report)
  const apiServer = new ApiServer(programs, binaries.path('kube-apiserver'), userNamed(users, 'admin').token, options.apiServerFlags ?? [])
  const plane = new ControlPlane(programs, apiServer, users, binaries.path('kubectl'))
  const write = (file: string, content: string) => writeFile(join(folder, file), content, { mode: 0o600 })
  try {
    await write(files.serviceAccountKey, generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString())
    await write(files.tokens, tokenFile(users))
    await untilReady(await programs.start('etcd', binaries.path('etcd'), etcdFlags), () => accepts(join(folder, files.etcdSocket)))
    await apiServer.start()
    await write(files.kubeconfig, plane.kubeconfig())
    const api = plane.api()
    await createAll(api, viewerRole).finally(() => api.close())
    if (controllers) {
      await programs.start('kube-controller-manager', binaries.path('kube-controller-manager'), controllerManagerFlags)
      await programs.start('kube-scheduler', binaries.path('kube-scheduler'), schedulerFlags)
    }
    if (kwok) {
      const stages = kwokStages(binaries)
      await programs.start('kwok', binaries.path('kwok'), kwokFlags((await readdir(stages)).map((file) => join(stages, file))))
    }
  } catch (error) {
    await plane.stop()
    throw error
  }
  return plane
}

/** A control plane that runs; made by `startControlPlane`. */
export class ControlPlane {
  /** Holds the logs, one file per program, until `stop`. */
  readonly folder: string
  readonly users: readonly User[]
  /** A kubectl of the server's version. */
  readonly kubectlPath: string
  readonly #programs: Programs
  readonly #apiServer: ApiServer

  constructor(programs: Programs, apiServer: ApiServer, users: readonly User[], kubectlPath: string) {
    this.folder = programs.folder
    this.users = users
    this.kubectlPath = kubectlPath
    this.#programs = programs
    this.#apiServer = apiServer
  }

  /** Stays the same when the API server restarts. */
  get url(): string {
    return this.#apiServer.url
  }

  /** The certificates to trust, as PEM. */
  get ca(): string {
    return this.#apiServer.ca
  }

  /** The same as a kubeconfig holds it: base64 of PEM. */
  get caData(): string {
    return Buffer.from(this.ca).toString('base64')
  }

  /** A kubeconfig with a context per user, `admin` being the current one. */
  get kubeconfigPath(): string {
    return join(this.folder, files.kubeconfig)
  }

  /** The same text with another current user. */
  kubeconfig(user = 'admin'): string {
    return kubeconfig(this, this.users, userNamed(this.users, user).name)
  }

  token(user = 'admin'): string {
    return userNamed(this.users, user).token
  }

  /** A small client; close it when done. */
  api(user = 'admin'): Api {
    return new Api({ url: this.url, ca: this.ca, token: this.token(user) })
  }

  kubectl(args: readonly string[], { user = 'admin', input }: KubectlOptions = {}): Promise<string> {
    const context = [`--kubeconfig=${this.kubeconfigPath}`, `--context=${user}`, `--cache-dir=${join(this.folder, 'kubectl')}`]
    return runKubectl(this.kubectlPath, [...context, ...args], input)
  }

  /** What runs now: for tests that interfere, for example with SIGSTOP. */
  running(): readonly Pick<Running, 'name' | 'pid'>[] {
    return this.#programs.running()
  }

  /** Ends the API server without a farewell: connections break off in the middle. etcd keeps the data. */
  killApiServer(): Promise<void> {
    return this.#apiServer.stop(0)
  }

  /** Stops it (politely, if it still runs) and starts it on the same port; given flags replace the extra ones that it had. */
  restartApiServer(extraFlags?: readonly string[]): Promise<void> {
    return this.#apiServer.restart(extraFlags)
  }

  /** Ends every program and removes the folder. May be called more than once. */
  async stop(): Promise<void> {
    const clients = this.#programs.running().filter(({ name }) => name !== 'etcd' && name !== 'kube-apiserver')
    await Promise.all(clients.map((program) => program.stop(2_000)))
    // Before etcd: an API server that has lost its etcd lingers for a minute.
    await this.#apiServer.stop(1_000)
    await this.#programs.close()
  }
}

const accepts = (socket: string) =>
  new Promise<boolean>((resolve) => {
    const connection = connect(socket)
    connection.once('error', () => resolve(false))
    connection.once('connect', () => {
      connection.destroy()
      resolve(true)
    })
  })
