import { parentPort } from 'node:worker_threads'
import { runReduceJob, type ReduceJob } from './reduce-job.ts'

/** The thread in which documents are parsed: some are megabytes, and the main one answers queries meanwhile. */
parentPort?.on('message', ({ id, job }: { readonly id: number; readonly job: ReduceJob }) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port is no window
  parentPort?.postMessage({ id, ...answer(job) })
})

function answer(job: ReduceJob): object {
  try {
    return { reduced: runReduceJob(job) }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}
