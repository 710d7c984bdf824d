import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../src/model/json.ts'
import { gatewaysOf, letsThrough } from '../../../src/relations/istio/bindings.ts'
import { andWildcards, canonicalHost, hostsOverlap } from '../../../src/relations/istio/hosts.ts'

const object = (kind: string, namespace: string, spec: JsonObject) => ({ apiVersion: 'networking.istio.io/v1', kind, metadata: { name: 'one', namespace, uid: kind, resourceVersion: '1' }, spec })

describe('hosts', () => {
  it.each([
    ['www.example.com', 'www.example.com', true],
    ['*.example.com', 'www.example.com', true],
    ['www.example.com', '*.example.com', true],
    ['*.example.com', '*.shop.example.com', true],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'wwwexample.com', false],
    ['*', 'anything.at.all', true],
    ['*.example.com', '*.example.org', false],
  ])('%s and %s: %s', (a, b, overlap) => {
    expect(hostsOverlap(a, b)).toBe(overlap)
    expect(hostsOverlap(b, a)).toBe(overlap)
  })

  it.each([
    ['reviews', 'reviews.shop.svc'],
    ['reviews.mail.svc.cluster.local', 'reviews.mail.svc'],
    ['reviews.mail.svc', 'reviews.mail.svc'],
    ['*.mail.svc.cluster.local', '*.mail.svc'],
    ['*.cluster.local', '*.svc'],
    ['*', '*'],
    ['www.example.com', 'www.example.com'],
  ])('%s in the namespace shop is %s', (host, canonical) => expect(canonicalHost(host, 'shop')).toBe(canonical))

  it('are found under every wildcard that stands for them', () => {
    expect(andWildcards('reviews.shop.svc')).toEqual(['reviews.shop.svc', '*.shop.svc', '*.svc', '*'])
  })
})

describe('a VirtualService', () => {
  it('names gateways in its own namespace or in another; the mesh is none', () => {
    expect(gatewaysOf(object('VirtualService', 'shop', { gateways: ['public', 'mail/shared', 'mesh'] }))).toEqual([{ name: 'public' }, { namespace: 'mail', name: 'shared' }])
    expect(gatewaysOf(object('VirtualService', 'shop', {}))).toEqual([])
  })

  it.each([
    ['www.example.com', '*.example.com', true],
    ['*.example.com', 'www.example.com', true],
    ['www.example.com', 'shop/*.example.com', true],
    ['www.example.com', 'mail/*.example.com', false],
    ['www.example.com', './*.example.com', false],
    ['www.example.com', '*/www.example.com', true],
    ['www.example.com', 'www.example.org', false],
  ])('of shop with the host %s passes a gateway of edge for %s: %s', (host, served, passes) => {
    const gateway = object('Gateway', 'edge', { servers: [{ hosts: ['other.example.org', served] }] })
    expect(letsThrough(object('VirtualService', 'shop', { hosts: [host] }), gateway)).toBe(passes)
  })
})
