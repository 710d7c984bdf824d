import { expect, it, onTestFinished } from 'vitest'
import { Reducer } from '../../../../src/graphql/generated/reducer.ts'

it('documents are reduced in a thread; one that cannot be read fails alone', async () => {
  const reducer = new Reducer()
  onTestFinished(() => reducer.close())
  const schemas = { Gizmo: { type: 'object', properties: { size: { type: 'integer' } }, 'x-kubernetes-group-version-kind': [{ group: 'lab', version: 'v1', kind: 'Gizmo' }] } }
  const run = (text: string) => reducer.run({ form: 'v3', bytes: [new TextEncoder().encode(text)], wanted: [{ group: 'lab', version: 'v1', prefix: 'LabV1', kinds: ['Gizmo'] }], limits: { maxDepth: 5, maxTypesPerKind: 5 } })
  const results = await Promise.allSettled([run('{"components"'), run('7'), run(JSON.stringify({ components: { schemas } }))])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled'])
  expect(results[2]).toMatchObject({ value: [{ kinds: [{ kind: 'Gizmo', root: { name: 'LabV1Gizmo' } }], failures: [], types: [] }] })
})
