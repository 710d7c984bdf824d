/** How to reach an API server and as whom. */
export interface Connection {
  /** `https://10.0.0.1:6443`, with a path where the server stands behind one. */
  readonly server: string
  /**
   * Good for new connections. After `authorize` this is another object once a certificate was
   * renewed: whoever pools connections compares it and opens new ones.
   */
  readonly tls: TlsOptions
  /** A proxy to go through: `http:`, `https:` or `socks5:`. */
  readonly proxyUrl?: string
  /** The namespace that the context or the pod's service account names. */
  readonly namespace?: string
  /** For people: where this came from. Names no secret. */
  readonly description: string
  /** For people, at the start: what is risky or ends soon in how this is set up. */
  readonly warnings?: readonly string[]
  /**
   * The headers that say who asks, good for the next request. Rotated token files and expiring
   * credentials are renewed. Rejects with UNREADABLE_FILE, INVALID_CONFIG or UNAUTHENTICATED.
   */
  authorize(): Promise<Readonly<Record<string, string>>>
  /** Forgets cached credentials: the server refused them. Never throws; the next `authorize` reads anew. */
  invalidate(): void
}

export interface TlsOptions {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
  readonly servername?: string
  /** False only where the operator asked for it. */
  readonly rejectUnauthorized?: boolean
}

/** PEM from a file, or as it is. */
export type PemSource = { readonly file: string } | { readonly pem: string }

interface Common {
  /** Switches the verification of the server's certificate off. */
  readonly insecureSkipTlsVerify?: boolean
}

/** Which credentials to use. `auto` is the pod's service account where there is one, else the kubeconfig. */
export type ConnectionConfig = Common &
  (
    | { readonly type: 'auto' }
    | { readonly type: 'inCluster' }
    | { readonly type: 'kubeConfig'; readonly file?: string; readonly context?: string }
    | { readonly type: 'bearerToken'; readonly server: string; readonly tokenFile: string; readonly ca?: PemSource }
    | { readonly type: 'clientCertificate'; readonly server: string; readonly cert: PemSource; readonly key: PemSource; readonly ca?: PemSource }
    /** No credentials at all: an API server in the same process or behind a local proxy. */
    | { readonly type: 'anonymous'; readonly server: string; readonly ca?: PemSource }
  )
