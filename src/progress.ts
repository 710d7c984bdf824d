import type { Logger } from './base/logging.ts'
import { formatKind } from './model/resource.ts'
import type { Cluster } from './watch/cluster.ts'

const everyMs = 2000
const named = 5

/** Tells how far the first lists are, until all are in or what is left cannot come. Returns the stop. */
export function followProgress(clusters: readonly Cluster[], logger: Logger): () => void {
  const tell = () => {
    const watched = clusters.flatMap((cluster) => cluster.informers.all())
    const filling = watched.filter((informer) => informer.status().state === 'SYNCING')
    if (filling.length === 0 && watched.length > 0) {
      clearInterval(timer)
      return
    }
    const kinds = filling.slice(0, named).map((informer) => {
      const { objects, expected } = informer.status()
      return `${formatKind(informer.resource)} ${objects}${expected === undefined ? '' : ` of ${expected}`}`
    })
    if (filling.length > 0) logger.log('info', 'filling caches', { synced: watched.length - filling.length, of: watched.length, kinds })
  }
  const timer = setInterval(tell, everyMs)
  timer.unref()
  return () => clearInterval(timer)
}
