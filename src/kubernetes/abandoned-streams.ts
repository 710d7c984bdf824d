import { subscribe } from 'node:diagnostics_channel'
import { constants, type ClientHttp2Stream, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http2'

interface StreamCreated {
  readonly stream: ClientHttp2Stream
  readonly headers: IncomingHttpHeaders | OutgoingHttpHeaders
}

/** The first use of a name counts: a channel takes the same listener any number of times. */
let begun = false

/**
 * Ends the streams of this process that nobody has. A request that is given up in the turn of
 * the event loop that sent it is forgotten by Node without a RST_STREAM: the server goes on
 * with it (a watch for minutes), and what it answers opens a stream of its own that has no
 * listener, so that the end of its connection by any error would end the process. Such a
 * stream is one that Node makes for the headers of an answer.
 */
export function endAbandonedStreams(): void {
  if (begun) return
  begun = true
  subscribe('http2.client.stream.created', (message) => {
    const { stream, headers } = message as StreamCreated
    if (headers[':status'] === undefined) return
    stream.on('error', () => undefined)
    stream.close(constants.NGHTTP2_CANCEL)
  })
}
