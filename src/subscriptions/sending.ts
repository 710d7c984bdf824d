/**
 * Sends what comes, one after the other, each when the one before was taken. To the protocol it
 * is a stream that has no values of its own: those would be written out again for each subscriber.
 * It says at once when its consumer leaves: a generator that waits for its next value would
 * hear of that only when the value comes, which may be never.
 */
export function sending<Value>(payloads: AsyncGenerator<Value, void, void>, send: (payload: Value) => Promise<void>, left: () => void): AsyncGenerator<never, void, void> {
  let ended = false
  const end = async (): Promise<IteratorResult<never, void>> => {
    ended = true
    left()
    await payloads.return()
    return finished
  }
  return {
    next: async () => {
      for (;;) {
        const { done, value } = ended ? finished : await payloads.next()
        if (done === true || ended) return finished
        await send(value)
      }
    },
    return: end,
    throw: async (error: unknown) => {
      await end()
      throw error
    },
    [Symbol.asyncIterator]() {
      return this
    },
    [Symbol.asyncDispose]: async () => void (await end()),
  }
}

const finished = { done: true, value: undefined } as const
