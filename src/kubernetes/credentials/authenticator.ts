/** What says who asks: headers, and for some plugins a client certificate. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>
  readonly cert?: string
  readonly key?: string
}

export interface Authenticator {
  identify(): Promise<Identity>
  invalidate(): void
}
