import { startApiServer, type ApiServer, type ApiServerOptions } from './api-server/api-server.ts'
import { fillSampleCluster } from './sample/fill.ts'
import { animate } from './sample/live.ts'

export interface PlaygroundOptions {
  readonly server?: ApiServerOptions
  /** 1 is about 450 objects; each further unit adds some 310: 320 is about 100,000. Default 1. */
  readonly scale?: number
  /** The same seed gives the same cluster and the same life. Default 1. */
  readonly seed?: number
  /** Milliseconds between two steps of the cluster's life; 0 lets nothing happen by itself. Default 0. */
  readonly stepMs?: number
}

export interface Playground {
  readonly server: ApiServer
  /** Lets the cluster live one step, now. */
  step(): void
  close(): Promise<void>
}

/** The in-memory API server with the sample cluster in it. */
export async function startPlayground({ server: options = {}, scale = 1, seed = 1, stepMs = 0 }: PlaygroundOptions = {}): Promise<Playground> {
  const server = await startApiServer(options)
  fillSampleCluster(server.store, { scale, seed, ...(options.now === undefined ? {} : { now: options.now }) })
  const animation = animate(server.store, { seed, pace: stepMs })
  return {
    server,
    step: () => animation.step(),
    close: () => {
      animation.stop()
      return server.close()
    },
  }
}
