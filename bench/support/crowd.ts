import { fork } from 'node:child_process'
import { once } from 'node:events'

/** What the crowd is asked to do, one at a time. */
export type CrowdRequest =
  /** Opens so many WebSockets, each of which sends these messages, the first and after its answer the others (`ID` stands for one of its own), and is ready when it has received so many. */
  | { readonly do: 'connect'; readonly url: string; readonly protocol?: string; readonly count: number; readonly send: readonly string[]; readonly readyAfter: number }
  /** Answers when each socket has received so many more, because of the request where one is given. */
  | { readonly do: 'await'; readonly messages: number; readonly request?: { readonly url: string; readonly init: Readonly<Record<string, unknown>> } }
  | { readonly do: 'leave' }

/** Many WebSockets, in a process of their own. */
export async function startCrowd() {
  const child = fork(new URL('crowd-process.ts', import.meta.url))
  const ask = async (request: CrowdRequest): Promise<string> => {
    const answered = once(child, 'message') as Promise<[string]>
    child.send(request)
    return (await answered)[0]
  }
  return { ask, stop: () => child.kill() }
}
