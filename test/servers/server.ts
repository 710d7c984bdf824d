/** A program of its own that tests talk to over the network. */
export interface TestServer {
  /** Ends it and removes all it kept. */
  stop(): Promise<void>
  /** Ends it as a crash would. `restart` begins it anew with what it kept. */
  kill(): Promise<void>
  restart(): Promise<void>
  /** It hangs: connections stay, nothing is answered. */
  pause(): void
  resume(): void
}
