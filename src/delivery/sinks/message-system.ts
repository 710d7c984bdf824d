/** One event on its way to a system that keeps messages for others to read. */
export interface Message {
  /** Stable across attempts: a system that knows it takes the message once. */
  readonly id: string
  /** A topic or a subject. */
  readonly destination: string
  /** Messages of one key are read in the order in which they were sent. */
  readonly key: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * KEPT: the system has it safe. REFUSED: it will not take this message, ever. FAILED: whether it
 * has it is not known; it is to be sent again.
 */
export type Outcome = { readonly is: 'KEPT' } | { readonly is: 'REFUSED' | 'FAILED'; readonly reason: string }

/** A connection to such a system. It is made with the first message, and anew after whatever breaks it. */
export interface MessageSystem {
  /** One outcome for each message. No two may have one key, and one call must end before the next begins. Never rejects. */
  send(messages: readonly Message[]): Promise<readonly Outcome[]>
  close(): Promise<void>
}
