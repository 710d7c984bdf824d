import { describe, expect, it } from 'vitest'
import { compileCel } from '../../../src/model/cel.ts'

const deployment = (replicas: number, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '1', labels: { app: 'web', 'example.com/tier': 'gold' } },
  spec: { replicas, template: { spec: { containers: [{ name: 'web', image: 'registry.example.com/web:1.0', ports: [{ containerPort: 80 }] }, { name: 'side' }] } } },
  ...more,
})

describe('an expression', () => {
  const input = { type: 'MODIFIED' as const, object: deployment(3), oldObject: deployment(2) }

  it.each([
    ['object.spec.replicas > 2', true],
    ['object.spec.replicas == 3 && oldObject.spec.replicas == 2', true],
    ['object.spec.replicas != oldObject.spec.replicas', true],
    ['type in ["ADDED", "DELETED"]', false],
    ['object.metadata.labels["example.com/tier"] == "gold"', true],
    ['"app" in object.metadata.labels', true],
    ['has(object.spec.paused)', false],
    ['has(object.spec.paused) && object.spec.paused', false],
    ['object.spec.paused == false', false],
    ['!(object.spec.paused == true)', false],
    ['object.spec.template.spec.containers.exists(c, c.name == "side")', true],
    ['object.spec.template.spec.containers.all(c, has(c.image))', false],
    ['object.spec.template.spec.containers.exists(c, has(c.ports) && c.ports.exists(p, p.containerPort == 80))', true],
    ['object.spec.template.spec.containers[0].image.matches("^registry[.]example[.]com/.*:1[.]0$")', true],
    ['int(object.spec.replicas) % 2 == 1', true],
    ['object.metadata.name.upperAscii() == "WEB"', true],
    ['object.spec.replicas', false],
    ['size(object.spec.template.spec.containers) == 2 && type(object.metadata.name) == string', true],
  ])('%s: %s', (text, holds) => expect(compileCel(text, 'cel')(input)).toBe(holds))

  it('has no old object where there is none', () => {
    const holds = compileCel('oldObject == null || oldObject.spec.replicas != object.spec.replicas', 'cel')
    expect(holds({ type: 'ADDED', object: deployment(1) })).toBe(true)
    expect(holds({ type: 'MODIFIED', object: deployment(1), oldObject: deployment(1) })).toBe(false)
  })

  it.each([
    ['object.spec.replicas >', /1:\d+/],
    ['objekt.spec.replicas > 1', /there is no objekt; it can read object, oldObject, type/],
    ['object.a.exists(a, a.exists(b, b.exists(c, c == 1)))', /nested 2 deep/],
    ['object.a.exists(a, b == 1)', /there is no b/],
    [`${'('.repeat(5000)}1`, /characters, of at most 4096/],
    [`${'('.repeat(2000)}true${')'.repeat(2000)}`, /nested too deeply|nested too deep/],
  ])('%s is refused with the reason', (text, reason) => {
    expect(() => compileCel(text, 'filter.cel')).toThrow(expect.objectContaining({ code: 'INVALID_FILTER', message: expect.stringMatching(reason) as string }))
    expect(() => compileCel(text, 'filter.cel')).toThrow(/^filter\.cel is no expression/)
  })

  it('with a pattern that would be tried without end takes no time', () => {
    const holds = compileCel('object.metadata.name.matches("^(a+)+$")', 'cel')
    const object = deployment(1, { metadata: { name: `${'a'.repeat(5000)}!`, namespace: 'shop', uid: 'u', resourceVersion: '1' } })
    const startedAt = performance.now()
    expect(holds({ type: 'ADDED', object })).toBe(false)
    expect(performance.now() - startedAt).toBeLessThan(500)
  })
})
