import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Addresses behind which the service itself, its node or a cloud's credentials are. */
const forbidden = new BlockList()
for (const [network, bits] of [['0.0.0.0', 8], ['127.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 4], ['240.0.0.0', 4], ['100.100.100.200', 32], ['168.63.129.16', 32]] as const) forbidden.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of [['::', 128], ['::1', 128], ['fe80::', 10], ['ff00::', 8], ['fd00:ec2::254', 128], ['64:ff9b::', 96]] as const) forbidden.addSubnet(network, bits, 'ipv6')

export class EgressForbidden extends Error {
  constructor(host: string, address: string) {
    super(`${host} is at ${address}, a loopback, link-local, multicast or metadata address: webhooks created by API may not go there`)
  }
}

/** Loopback, link-local, multicast and metadata addresses, IPv4 inside IPv6 included. */
export function isForbiddenAddress(address: string): boolean {
  return forbidden.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Throws EgressForbidden for a host that is an address itself: those are connected to without a lookup. */
export function checkHost(host: string): void {
  const bare = host.replace(/^\[|\]$/g, '')
  if (isIP(bare) !== 0 && isForbiddenAddress(bare)) throw new EgressForbidden(host, bare)
}

type Resolve = (host: string, options: LookupOptions & { readonly all: true }, done: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void) => void

/**
 * Resolves names for connections, and fails where one of the addresses is forbidden: what is
 * checked is what is connected to, so that a name that changes its address in between gains nothing.
 */
export function guardedLookup(resolve: Resolve = systemLookup): LookupFunction {
  return (host, options, done) => {
    resolve(host, { ...options, all: true }, (error, found) => {
      if (error !== null) return done(error, '')
      const bad = found.find(({ address }) => isForbiddenAddress(address))
      if (bad !== undefined) return done(new EgressForbidden(host, bad.address), '')
      const [first] = found
      if (options.all === true) return done(null, found)
      if (first === undefined) return done(new Error(`${host} has no address`), '')
      return done(null, first.address, first.family)
    })
  }
}
