import { describe, expect, it } from 'vitest'
import type { Asked } from '../api-client.ts'
import type { Fixture } from '../fixture.ts'

interface Refusal {
  readonly title: string
  readonly path: (fixture: Fixture) => string
  readonly asked?: Asked
  readonly code: number
  readonly reason: string
  readonly message: RegExp
}

const json = { 'content-type': 'application/json' }
const configMaps = (fixture: Fixture) => fixture.path('configmaps')

const cases: readonly Refusal[] = [
  { title: 'an unknown resource', path: () => '/api/v1/nopes', code: 404, reason: 'NotFound', message: /^the server could not find the requested resource$/ },
  { title: 'an unknown version', path: () => '/apis/apps/v7', code: 404, reason: 'NotFound', message: /^the server could not find the requested resource$/ },
  { title: 'a namespace before what has none', path: () => '/api/v1/namespaces/default/nodes', code: 404, reason: 'NotFound', message: /could not find/ },
  { title: 'an unknown subresource', path: (fixture) => `${configMaps(fixture)}/any/status`, code: 404, reason: 'NotFound', message: /could not find/ },
  { title: 'an object that is not there', path: (fixture) => fixture.path('deployments/nope', 'apps/v1'), code: 404, reason: 'NotFound', message: /^deployments\.apps "nope" not found$/ },
  { title: 'a namespace that is not there', path: () => '/api/v1/namespaces/nope-nope/configmaps', asked: { method: 'POST', body: { metadata: { name: 'x' } } }, code: 404, reason: 'NotFound', message: /^namespaces "nope-nope" not found$/ },
  { title: 'a body that is no JSON', path: configMaps, asked: { method: 'POST', body: '{', headers: json }, code: 400, reason: 'BadRequest', message: /json parse error/ },
  { title: 'an object of another kind', path: configMaps, asked: { method: 'POST', body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } } }, code: 400, reason: 'BadRequest', message: /^Secret in version "v1" cannot be handled as a ConfigMap/ },
  { title: 'an object of another namespace', path: configMaps, asked: { method: 'POST', body: { metadata: { name: 'x', namespace: 'other' } } }, code: 400, reason: 'BadRequest', message: /does not match the namespace sent on the request/ },
  { title: 'an object without a name', path: configMaps, asked: { method: 'POST', body: { metadata: {} } }, code: 422, reason: 'Invalid', message: /name or generateName is required/ },
  { title: 'a name that is none', path: configMaps, asked: { method: 'POST', body: { metadata: { name: 'A_b' } } }, code: 422, reason: 'Invalid', message: /^ConfigMap "A_b" is invalid: metadata\.name: Invalid value: "A_b": a lowercase RFC 1123 subdomain/ },
  { title: 'a replacement under another name', path: (fixture) => `${configMaps(fixture)}/x`, asked: { method: 'PUT', body: { metadata: { name: 'y' } } }, code: 400, reason: 'BadRequest', message: /does not match the name on the URL/ },
  { title: 'a method that a collection has not', path: configMaps, asked: { method: 'PUT', body: {} }, code: 405, reason: 'MethodNotAllowed', message: /does not allow this method/ },
  { title: 'a media type that it cannot write', path: configMaps, asked: { headers: { accept: 'text/html' } }, code: 406, reason: 'NotAcceptable', message: /Not Acceptable/ },
  { title: 'a media type that it cannot read', path: configMaps, asked: { method: 'POST', body: {}, headers: { 'content-type': 'text/plain' } }, code: 415, reason: 'UnsupportedMediaType', message: /application\/json/ },
  { title: 'a patch of no known type', path: (fixture) => `${configMaps(fixture)}/x`, asked: { method: 'PATCH', body: {}, headers: json }, code: 415, reason: 'UnsupportedMediaType', message: /./ },
  { title: 'a limit that is no number', path: configMaps, asked: { query: { limit: 'x' } }, code: 400, reason: 'BadRequest', message: /invalid syntax/ },
  { title: 'a resourceVersion that is no number', path: configMaps, asked: { query: { resourceVersion: 'x' } }, code: 400, reason: 'BadRequest', message: /Invalid value: "x"/ },
  { title: 'a continue token that is none', path: configMaps, asked: { query: { continue: 'abc' } }, code: 400, reason: 'BadRequest', message: /continue key is not valid/ },
  { title: 'a field that the kind does not select by', path: (fixture) => fixture.path('pods'), asked: { query: { fieldSelector: 'spec.a=1' } }, code: 400, reason: 'BadRequest', message: /^field label not supported: spec\.a$/ },
  { title: 'any field of a kind that selects by none', path: configMaps, asked: { query: { fieldSelector: 'data.a=1' } }, code: 400, reason: 'BadRequest', message: /^"data\.a" is not a known field selector: only "metadata\.name", "metadata\.namespace"$/ },
  { title: 'a field selector that is none', path: configMaps, asked: { query: { fieldSelector: 'abc' } }, code: 400, reason: 'BadRequest', message: /./ },
  { title: 'a label selector that is none', path: configMaps, asked: { query: { labelSelector: 'a b' } }, code: 400, reason: 'BadRequest', message: /./ },
  { title: 'a resourceVersionMatch without a resourceVersion', path: configMaps, asked: { query: { resourceVersionMatch: 'Exact' } }, code: 422, reason: 'Invalid', message: /forbidden unless resourceVersion is provided/ },
  { title: 'a resourceVersionMatch that it does not know', path: configMaps, asked: { query: { resourceVersionMatch: 'Any', resourceVersion: 1 } }, code: 422, reason: 'Invalid', message: /supported values: "Exact", "NotOlderThan"/ },
  { title: 'an exact list of any version', path: configMaps, asked: { query: { resourceVersionMatch: 'Exact', resourceVersion: 0 } }, code: 422, reason: 'Invalid', message: /forbidden for resourceVersion "0"/ },
  { title: 'a streaming list that is no watch', path: configMaps, asked: { query: { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan', resourceVersion: 1 } }, code: 422, reason: 'Invalid', message: /sendInitialEvents is forbidden for list/ },
  { title: 'a streaming list without resourceVersionMatch', path: configMaps, asked: { query: { watch: true, sendInitialEvents: true } }, code: 422, reason: 'Invalid', message: /requires setting resourceVersionMatch to NotOlderThan/ },
  { title: 'the deletion of the default namespace', path: () => '/api/v1/namespaces/default', asked: { method: 'DELETE' }, code: 403, reason: 'Forbidden', message: /this namespace may not be deleted/ },
]

export function refusals(fixture: () => Fixture): void {
  describe('refusals', () => {
    it.for(cases)('$title is refused with $code $reason', async ({ path, asked = {}, code, reason, message }) => {
      const { status, body } = await fixture().client.ask(path(fixture()), asked)
      expect({ status, body }).toEqual({ status: code, body: expect.objectContaining({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, code, message: expect.stringMatching(message) }) })
    })

    it('paths that it knows nothing of are answered 404, in plain text', async () => {
      for (const path of ['/nope', '/apis/nope.example.com/v1']) {
        const { status, headers } = await fixture().client.ask(path)
        expect({ status, type: headers['content-type'] }).toEqual({ status: 404, type: 'text/plain; charset=utf-8' })
      }
    })
  })
}
