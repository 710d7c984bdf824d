import { describe, expect, it } from 'vitest'
import { checkHost, guardedLookup, isForbiddenAddress } from '../../../src/delivery/sinks/egress.ts'

describe('egress', () => {
  it.each(['127.0.0.1', '127.8.8.8', '0.0.0.0', '169.254.169.254', '::1', '::', 'fe80::1', '::ffff:127.0.0.1', '::ffff:169.254.169.254', 'fd00:ec2::254', '224.0.0.1', '255.255.255.255'])('is forbidden to %s', (address) => {
    expect(isForbiddenAddress(address)).toBe(true)
  })

  it.each(['10.0.0.1', '172.16.0.1', '192.168.1.1', '8.8.8.8', '2001:db8::1', 'fd12::1'])('may go to %s', (address) => {
    expect(isForbiddenAddress(address)).toBe(false)
  })

  it.each(['127.0.0.1', '[::1]', '169.254.169.254'])('is refused for the host %s, which is not looked up', (host) => expect(() => checkHost(host)).toThrow(/may not go there/))

  it('is refused for a name one of whose addresses is forbidden, whatever it was before', async () => {
    const answers = [[{ address: '8.8.8.8', family: 4 }], [{ address: '8.8.8.8', family: 4 }, { address: '127.0.0.1', family: 4 }]]
    const lookup = guardedLookup((_host, _options, done) => done(null, answers.shift() ?? []))
    const ask = () => new Promise((resolve) => lookup('example.com', {}, (error, address) => resolve(error?.message ?? address)))
    expect(await ask()).toBe('8.8.8.8')
    expect(await ask()).toContain('example.com is at 127.0.0.1')
  })
})
