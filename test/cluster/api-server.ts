import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Api } from './api.ts'
import { apiServerFlags, files } from './components.ts'
import { freePort } from './port.ts'
import { untilReady } from './programs.ts'
import type { Programs, Running } from './programs.ts'

/** The API server through its lives: it may be killed and started again, and keeps its address and certificate. */
export class ApiServer {
  readonly #programs: Programs
  readonly #binary: string
  readonly #token: string
  #program: Running | undefined
  #port = 0
  #ca = ''
  #extraFlags: readonly string[]

  /** Asks for its readiness with the token, which must be that of a user who may. */
  constructor(programs: Programs, binary: string, token: string, extraFlags: readonly string[]) {
    this.#programs = programs
    this.#binary = binary
    this.#token = token
    this.#extraFlags = extraFlags
  }

  get url(): string {
    return `https://127.0.0.1:${this.#port}`
  }

  get ca(): string {
    return this.#ca
  }

  /** Resolves when it is ready. */
  start(): Promise<void> {
    return this.#start(freePort)
  }

  async restart(extraFlags = this.#extraFlags): Promise<void> {
    await this.stop(2_000)
    this.#extraFlags = extraFlags
    await this.#start(() => Promise.resolve(this.#port))
  }

  /** With no grace it is killed: connections break off in the middle. */
  async stop(graceMs: number): Promise<void> {
    await this.#program?.stop(graceMs)
  }

  /** Another process may take the port between the choice and the use of it: then another one is tried. */
  async #start(choosePort: () => Promise<number>): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      this.#port = await choosePort()
      this.#program = await this.#programs.start('kube-apiserver', this.#binary, [...apiServerFlags(this.#port), ...this.#extraFlags])
      try {
        return await untilReady(this.#program, () => this.#isReady())
      } catch (error) {
        const portTaken = this.#program.hasEnded() && this.#program.logTail().includes('address already in use')
        if (!portTaken || attempt === 5) throw error
        await sleep(attempt * 100)
      }
    }
  }

  async #isReady(): Promise<boolean> {
    const certificates = join(this.#programs.folder, files.certificates)
    if (!existsSync(certificates)) return false
    this.#ca = await readFile(certificates, 'utf8')
    const api = new Api({ url: this.url, ca: this.#ca, token: this.#token })
    return api
      .get('/readyz')
      .then(
        () => true,
        () => false,
      )
      .finally(() => api.close())
  }
}
