import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { GraphqlResult } from '../support/gateway.ts'
import type { Measured } from './gateway-process.ts'

/** The service in its process, through what everybody can use of it, and what it weighs. */
export class GatewayUnderTest {
  readonly url: string
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /** @throws when it cannot begin, which is in its log. */
  static async start(files: { readonly config: string; readonly log: string }, onDefect: (text: string) => void): Promise<GatewayUnderTest> {
    const child = fork(join(import.meta.dirname, 'gateway-process.ts'), [files.config, files.log], { execArgv: ['--expose-gc'] })
    child.on('message', (message: { defect?: string }) => {
      if (message.defect !== undefined) onDefect(`the service logged a defect: ${message.defect}`)
    })
    const url = await new Promise<string>((resolve, reject) => {
      child.on('message', (message: { url?: string }) => {
        if (message.url !== undefined) resolve(message.url)
      })
      child.once('exit', (code) => reject(new Error(`The service did not start: exit code ${code}; see ${files.log}`)))
    })
    child.once('exit', (code, signal) => onDefect(`the service ended: ${signal ?? `exit code ${code}`}`))
    return new GatewayUnderTest(child, url)
  }

  async query(query: string, variables?: object, signal?: AbortSignal): Promise<GraphqlResult> {
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }), ...(signal && { signal }) })
    return (await response.json()) as GraphqlResult
  }

  async metric(name: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text()
    return sumOfMetric(text, name)
  }

  /** After garbage collection. */
  async measure(): Promise<Measured> {
    const answer = new Promise<Measured>((resolve) => {
      const take = (message: { measured?: Measured }) => {
        if (message.measured === undefined) return
        this.#child.off('message', take)
        resolve(message.measured)
      }
      this.#child.on('message', take)
    })
    this.#child.send('measure')
    return answer
  }

  /** False when something of it kept the process alive; then it is killed. */
  async stop(): Promise<boolean> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return true
    this.#child.removeAllListeners('exit')
    const ended = once(this.#child, 'exit')
    this.#child.send('stop')
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), 20_000)
    await ended
    clearTimeout(timer)
    return this.#child.signalCode === null
  }
}

/** Sums up the samples of a metric in Prometheus' text format, of those whose labels match. */
export function sumOfMetric(text: string, name: string, labels = /(?:)/): number {
  let sum = 0
  for (const line of text.split('\n')) {
    const found = /^(\w+)(\{.*\})? ([^ ]+)$/.exec(line)
    if (found?.[1] === name && labels.test(found[2] ?? '')) sum += Number(found[3])
  }
  return sum
}
