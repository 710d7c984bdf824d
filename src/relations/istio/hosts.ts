/**
 * Hosts as Istio writes them. A leading `*.` (or `*` alone) stands for any beginning; a service
 * may be called by its short name in its own namespace:
 * https://istio.io/latest/docs/reference/config/networking/virtual-service/
 */

/** Whether some host is meant by both: either may have a wildcard. */
export function hostsOverlap(a: string, b: string): boolean {
  return covers(a, b) || covers(b, a)
}

function covers(pattern: string, host: string): boolean {
  return pattern === host || pattern === '*' || (pattern.startsWith('*') && host.endsWith(pattern.slice(1)) && host.length >= pattern.length)
}

/** One way to write a service's host: `reviews` in the namespace `shop` and `reviews.shop.svc.cluster.local` are `reviews.shop.svc`. Other hosts stay as they are. */
export function canonicalHost(host: string, namespace: string | undefined): string {
  if (!host.includes('.') && host !== '*') return `${host}.${namespace ?? ''}.svc`
  if (host === '*.cluster.local' || host === '*.local') return '*.svc'
  return /^(.+?\.svc)(?:\.|$)/.exec(host)?.[1] ?? host
}

/** A host, and all wildcards that stand for it. */
export function andWildcards(host: string): readonly string[] {
  const labels = host.split('.')
  return [host, ...labels.slice(1).map((_label, i) => `*.${labels.slice(i + 1).join('.')}`), '*']
}
