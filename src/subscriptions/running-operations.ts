/** The operations that run on all sockets, each of which can be ended, and how many there may be. */
export class RunningOperations<Socket extends object, Operation extends object> {
  readonly #limits: { readonly perSocket: number; readonly inAll: number }
  readonly #running = new Map<Socket, Map<Operation, AbortController>>()
  #active = 0

  constructor(limits: { readonly perSocket: number; readonly inAll: number }) {
    this.#limits = limits
  }

  get active(): number {
    return this.#active
  }

  /** The limit that one more operation on this socket would pass. */
  limitReached(socket: Socket): number | undefined {
    const { perSocket, inAll } = this.#limits
    if ((this.#running.get(socket)?.size ?? 0) >= perSocket) return perSocket
    return this.#active >= inAll ? inAll : undefined
  }

  /** Counts an operation until it is ended. The signal is aborted then. */
  begin(socket: Socket, operation: Operation): AbortSignal {
    const controller = new AbortController()
    const own = this.#running.get(socket) ?? new Map<Operation, AbortController>()
    this.#running.set(socket, own.set(operation, controller))
    this.#active += 1
    return controller.signal
  }

  /** Does nothing for an operation that ended before. */
  end(socket: Socket, operation: Operation): void {
    const own = this.#running.get(socket)
    const controller = own?.get(operation)
    if (own === undefined || controller === undefined) return
    own.delete(operation)
    if (own.size === 0) this.#running.delete(socket)
    this.#active -= 1
    controller.abort()
  }

  endAll(socket: Socket): void {
    for (const operation of this.#running.get(socket)?.keys() ?? []) this.end(socket, operation)
  }
}
