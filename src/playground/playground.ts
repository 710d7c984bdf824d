import { startApiServer, type ApiServer, type ApiServerOptions } from './api-server/api-server.ts'
import { SampleStore } from './sample/cluster.ts'
import { fillSampleCluster } from './sample/fill.ts'
import { Life } from './sample/live.ts'
import { Random } from './sample/random.ts'
import { Workloads } from './sample/workloads.ts'

export interface PlaygroundOptions {
  readonly server?: ApiServerOptions
  /** 1 is about 400 objects; each further unit adds about 70 Pods and what belongs to them. Default 1. */
  readonly scale?: number
  /** The same seed gives the same cluster and the same life. Default 1. */
  readonly seed?: number
  /** Milliseconds between two things that happen; 0 lets nothing happen. Default 0. */
  readonly stepMs?: number
}

export interface Playground {
  readonly server: ApiServer
  /** Lets one thing happen now. */
  step(): void
  close(): Promise<void>
}

/** The in-memory API server with the sample cluster in it. */
export async function startPlayground(options: PlaygroundOptions = {}): Promise<Playground> {
  const server = await startApiServer(options.server)
  const store = new SampleStore(server, new Random(options.seed ?? 1))
  const workloads = new Workloads(store)
  const apps = fillSampleCluster(store, workloads, options.scale ?? 1)
  const life = new Life(store, workloads, apps)
  const timer = options.stepMs ? setInterval(() => life.step(), options.stepMs) : undefined
  return {
    server,
    step: () => life.step(),
    close: () => {
      clearInterval(timer)
      return server.close()
    },
  }
}
