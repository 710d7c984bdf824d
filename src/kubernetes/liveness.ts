import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'

/** A connection is looked at this often before it counts as dead. */
export const looks = 4

/**
 * Ends a connection whose peer has gone without a farewell: everything under way on it fails
 * at once, and can go on over another one. A live HTTP/2 peer answers the pings that the client
 * sends meanwhile, so that a connection without a byte for `deadAfterMs` (at most a quarter
 * longer) is dead. Over HTTP/1.1 there are no pings: there the system's own probes notice a
 * peer that is off the network, not one that only hangs.
 */
export function endWhenDead(socket: Socket | TLSSocket, deadAfterMs: number): void {
  socket.setKeepAlive(true, deadAfterMs / looks)
  if (!('alpnProtocol' in socket) || socket.alpnProtocol !== 'h2') return
  let bytes = socket.bytesRead
  let silent = 0
  // Counted in looks, not in time: after a pause of this process what has arrived is read first.
  const timer = setInterval(() => {
    silent = socket.bytesRead === bytes ? silent + 1 : 0
    bytes = socket.bytesRead
    if (silent >= looks) socket.destroy(new Error(`the connection was silent for ${deadAfterMs} ms, pings unanswered`))
  }, deadAfterMs / looks)
  timer.unref()
  socket.once('close', () => clearInterval(timer))
}
