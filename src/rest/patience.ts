import type { FastifyReply } from 'fastify'

/** Aborted when the answer is no longer wanted: the caller left, or the time is over. */
export function patienceOf(reply: FastifyReply, timeoutMs: number): AbortSignal {
  const leaving = new AbortController()
  reply.raw.on('close', () => leaving.abort())
  return AbortSignal.any([leaving.signal, AbortSignal.timeout(timeoutMs)])
}
