import { describe, expect, it } from 'vitest'
import { Breaker } from '../../../src/delivery/breaker.ts'

const policy = { failures: 3, probeMs: 10, maxProbeMs: 40, giveUpMs: 1000 }

describe('a breaker', () => {
  it('opens after failures in a row, and waits longer from probe to probe', () => {
    const breaker = new Breaker(policy)
    for (const now of [0, 1, 2]) breaker.failed(now)
    expect([breaker.open, breaker.room(16, 0, 3), breaker.heldUntil(3)]).toEqual([true, 0, 12])
    expect(breaker.room(16, 0, 12)).toBe(1)
    expect(breaker.room(16, 1, 12)).toBe(0)
    const holds = [12, 32, 72, 112].map((now) => {
      breaker.failed(now)
      return (breaker.heldUntil(now) ?? 0) - now
    })
    expect(holds).toEqual([20, 40, 40, 40])
  })

  it('does not count what was under way when it opened as probes', () => {
    const breaker = new Breaker(policy)
    for (let i = 0; i < 30; i += 1) breaker.failed(0)
    expect(breaker.heldUntil(0)).toBe(10)
  })

  it('closes with the first success', () => {
    const breaker = new Breaker(policy)
    for (let i = 0; i < 3; i += 1) breaker.failed(0)
    breaker.succeeded()
    expect([breaker.open, breaker.room(16, 0, 1), breaker.givenUp(5000)]).toEqual([false, 16, undefined])
  })

  it('leaves the receiver alone for as long as it asked, whatever else it took meanwhile', () => {
    const breaker = new Breaker(policy)
    breaker.hold(500)
    breaker.succeeded()
    expect([breaker.heldUntil(499), breaker.room(16, 0, 499), breaker.heldUntil(500), breaker.room(16, 0, 500)]).toEqual([500, 0, undefined, 16])
  })

  it('blames an event only where others were accepted while it failed', () => {
    const breaker = new Breaker(policy)
    breaker.failed(0)
    expect(breaker.blames(1)).toBe(false)
    breaker.succeeded()
    breaker.failed(1)
    expect([breaker.blames(1), breaker.blames(2)]).toEqual([false, true])
  })
})
