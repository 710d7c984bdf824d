/**
 * A stream that says at once when its consumer leaves. An async generator that waits for its
 * next value hears of that only when the value comes, which may be never.
 */
export function endingWith<T>(stream: AsyncIterable<T>, left: () => void): AsyncGenerator<T, void, void> {
  const values = stream[Symbol.asyncIterator]()
  const end = async (): Promise<IteratorResult<T, void>> => {
    left()
    await values.return?.()
    return { done: true, value: undefined }
  }
  return {
    next: () => values.next() as Promise<IteratorResult<T, void>>,
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
