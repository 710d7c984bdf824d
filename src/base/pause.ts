/** Calls back when the first of the signals is aborted, later; the answer takes that back. Unlike a joined signal it leaves nothing behind on those that live long. */
export function onceAborted(signals: readonly AbortSignal[], then: () => void): () => void {
  for (const signal of signals) signal.addEventListener('abort', then, { once: true })
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', then)
  }
}

/** Until the time is up, or one of the signals is aborted; at once where there is nothing to wait for. */
export function pause(ms: number, until: readonly AbortSignal[]): Promise<void> {
  if (ms <= 0 || until.some(({ aborted }) => aborted)) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      forget()
      resolve()
    }
    const timer = setTimeout(done, ms)
    const forget = onceAborted(until, done)
  })
}
