import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** The memory for objects, as far as its limit matters. */
export interface Heap {
  /** A process that needs more dies. */
  readonly limitBytes: number
  /** In use now, garbage included. Cheap to ask. */
  usedBytes(): number
  /** Drops the garbage, now. Everything waits meanwhile, for about a second per gigabyte. */
  collect(): void
}

/** That of this process. */
export const processHeap: Heap = {
  limitBytes: getHeapStatistics().heap_size_limit,
  usedBytes: () => getHeapStatistics().used_heap_size,
  collect: () => {
    collector ??= exposeCollector()
    collector()
  },
}

let collector: (() => void) | undefined

/** The engine shows its collector only to contexts that were made after it was told to. */
function exposeCollector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
