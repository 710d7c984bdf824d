import { isIPv4 } from 'node:net'

/** Whether what is sent there can be read on the way. */
export function isClearText(server: string): boolean {
  const { protocol, hostname } = new URL(server)
  const loopback = hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'))
  return protocol === 'http:' && !loopback
}

export function clearTextWarning(server: string): string {
  return `credentials go to ${server} without encryption: everybody in between can read and use them`
}
