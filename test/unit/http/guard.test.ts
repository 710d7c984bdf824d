import { describe, expect, it } from 'vitest'
import { guard } from '../../../src/http/guard.ts'

const onLoopback = { loopback: true, allowedHosts: ['watchql.test'], allowedOrigins: ['https://dashboard.example.com'] }
const passes = (host: string, more: { origin?: string; secFetchSite?: string } = {}, options = onLoopback) => {
  try {
    guard({ host, origin: more.origin, secFetchSite: more.secFetchSite }, options)
    return true
  } catch {
    return false
  }
}

describe('the guard against pages of other sites', () => {
  it('lets programs pass, which send neither Origin nor Sec-Fetch-Site', () => {
    expect(['localhost:3000', '127.0.0.1:3000', '[::1]:3000', 'localhost', 'watchql.test:3000'].every((host) => passes(host))).toBe(true)
  })

  it('refuses names that are not its own while it listens on loopback', () => {
    expect(passes('rebound.example.com:3000')).toBe(false)
    expect(passes('localhost.example.com')).toBe(false)
    expect(passes('rebound.example.com', {}, { ...onLoopback, loopback: false })).toBe(true)
  })

  it('lets its own page pass, and pages of allowed origins', () => {
    expect(passes('localhost:3000', { origin: 'http://localhost:3000', secFetchSite: 'same-origin' })).toBe(true)
    expect(passes('localhost:3000', { origin: 'https://dashboard.example.com', secFetchSite: 'cross-site' })).toBe(true)
  })

  it('refuses other pages, also those of another port', () => {
    expect(passes('localhost:3000', { origin: 'https://elsewhere.example.com', secFetchSite: 'cross-site' })).toBe(false)
    expect(passes('localhost:3000', { origin: 'http://localhost:8080', secFetchSite: 'same-site' })).toBe(false)
    expect(passes('localhost:3000', { origin: 'null' })).toBe(false)
    expect(passes('localhost:3000', { secFetchSite: 'cross-site' })).toBe(false)
    expect(passes('localhost:3000', { secFetchSite: 'none' })).toBe(true)
  })
})
