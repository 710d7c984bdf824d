import type { Socket } from 'node:net'

/**
 * Tells, each time it is asked, whether the peer has taken something since the time before of
 * what still waits for it. A slow reader is behind, and so is its answer to a ping, but it has
 * not gone. Where nothing waits that says nothing: the network takes some bytes for anybody.
 */
export function progressOf(socket: Socket): () => boolean {
  let taken = 0
  return () => {
    const before = taken
    taken = socket.bytesWritten - socket.writableLength
    return socket.writableLength > 0 && taken > before
  }
}
