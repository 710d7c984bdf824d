import type { Dispatcher } from 'undici'

export interface Post {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** For everything, from waiting for a connection to the last byte of the answer. */
  readonly timeoutMs: number
  /** Breaks it off. */
  readonly signal: AbortSignal
}

export interface Posted {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** As far as it was received: an answer that began is one, whatever becomes of the rest. */
  readonly text: string
}

/**
 * One POST. Rejects when no answer began, and settles as soon as its time is over. Spoken with
 * undici where it hands out parts of the answer: a stream, a promise and a signal of its own for
 * each request were more than a quarter of a delivery (docs/decisions/0024).
 */
export function post(dispatcher: Dispatcher, { path, headers, body, timeoutMs, signal }: Post): Promise<Posted> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined
    let answer: Omit<Posted, 'text'> | undefined
    let isOver = false
    const chunks: Buffer[] = []
    const end = (error?: Error) => {
      if (isOver) return
      isOver = true
      clearTimeout(timer)
      signal.removeEventListener('abort', breakOff)
      if (answer === undefined) reject(error ?? new Error('the connection was closed before the answer'))
      else resolve({ ...answer, text: Buffer.concat(chunks).toString() })
    }
    const giveUp = (error: Error) => {
      end(error)
      controller?.abort(error)
    }
    const breakOff = () => giveUp(new Error('it was broken off'))
    const timer = setTimeout(() => giveUp(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs)
    if (signal.aborted) return breakOff()
    signal.addEventListener('abort', breakOff)
    dispatcher.dispatch(
      { path, method: 'POST', headers, body },
      {
        onRequestStart: (started) => {
          controller = started
          // It waited for a connection until its time was over.
          if (isOver) started.abort(new Error('it is over'))
        },
        onResponseStart: (_controller, status, received) => {
          if (status >= 200) answer = { status, headers: received }
        },
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => end(),
        onResponseError: (_controller, error) => end(error),
      },
    )
  })
}
