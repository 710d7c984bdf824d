import { describe, expect, it } from 'vitest'
import type { Answer } from '../api-client.ts'
import type { Fixture } from '../fixture.ts'

export function reviews(fixture: () => Fixture): void {
  describe('reviews', () => {
    const review = (group: string, kind: string, spec: object): Promise<Answer> =>
      fixture().client.ask(`/apis/${group}.k8s.io/v1/${kind.toLowerCase()}s`, { method: 'POST', body: { apiVersion: `${group}.k8s.io/v1`, kind, spec } })
    const listPods = { resourceAttributes: { verb: 'list', group: '', resource: 'pods' } }

    it('know the user of a token', async () => {
      const { token } = fixture().target
      if (token === undefined) throw new Error('This contract needs a user with a token')
      const { status, body } = await review('authentication', 'TokenReview', { token })
      expect({ status, body }).toMatchObject({ status: 201, body: { status: { authenticated: true, user: { username: expect.any(String), groups: expect.arrayContaining(['system:masters', 'system:authenticated']) } } } })
    })

    it('do not know a token that is nobody\'s', async () => {
      const { body } = await review('authentication', 'TokenReview', { token: 'nobodys' })
      expect(body.status).toEqual({ user: {}, error: expect.any(String) })
      expect((await review('authentication', 'TokenReview', {})).status).toBe(400)
    })

    it('say what a user may do', async () => {
      const masters = await review('authorization', 'SubjectAccessReview', { user: 'somebody', groups: ['system:masters'], ...listPods })
      const nobody = await review('authorization', 'SubjectAccessReview', { user: 'somebody', ...listPods })
      expect([masters.status, masters.body.status.allowed, nobody.body.status.allowed]).toEqual([201, true, false])
      expect((await review('authorization', 'SubjectAccessReview', listPods)).status).toBe(422)
    })

    it('say what the caller may do', async () => {
      expect((await review('authorization', 'SelfSubjectAccessReview', listPods)).body.status.allowed).toBe(true)
      expect((await review('authorization', 'SelfSubjectAccessReview', { nonResourceAttributes: { verb: 'get', path: '/metrics' } })).body.status.allowed).toBe(true)
      const rules = await review('authorization', 'SelfSubjectRulesReview', { namespace: 'default' })
      expect(rules.body.status).toMatchObject({ incomplete: false, resourceRules: expect.arrayContaining([{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }]) })
    })

    it('are not needed to be turned away', async () => {
      const { status, body } = await fixture().client.ask('/api/v1/pods', { headers: { authorization: 'Bearer nobodys' } })
      expect({ status, body }).toMatchObject({ status: 401, body: { kind: 'Status', reason: 'Unauthorized', message: 'Unauthorized', code: 401 } })
    })
  })
}
