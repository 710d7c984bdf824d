import { WebSocket } from 'ws'

/** One that may be cut off at any moment, also before it is open, without anybody to hear of it. */
export class QuietWebSocket extends WebSocket {
  constructor(address: string, protocols?: string | string[]) {
    super(address, protocols)
    this.on('error', () => undefined)
  }
}
