import type { Exchange } from '../exchange.ts'
import type { ServedKind } from '../kinds/served-kind.ts'
import { StatusError, badRequest, invalid, unsupportedMediaType } from '../status.ts'
import { mergeKeysOf } from '../openapi/merge-keys.ts'
import { jsonPatch } from './json-patch.ts'
import { mergePatch } from './merge-patch.ts'
import { strategicMergePatch } from './strategic-merge-patch.ts'

type Apply = (target: object, patch: unknown, kind: ServedKind) => unknown

const patches: Readonly<Record<string, Apply>> = {
  'application/json-patch+json': (target, patch, { resource }) => {
    try {
      return jsonPatch(target, patch)
    } catch (error) {
      throw invalid({ group: resource.group, kind: resource.kind, name: '' }, [{ reason: 'FieldValueInvalid', field: 'patch', message: (error as Error).message }])
    }
  },
  'application/merge-patch+json': mergePatch,
  'application/strategic-merge-patch+json': (target, patch, kind) => strategicMergePatch(target, patch, mergeKeysOf(kind)),
}

/** What makes of an object what a request's body says. Throws 415 at once, 400 and 422 when it is used. */
export function patchOf(exchange: Exchange, kind: ServedKind): (target: object, text: string) => unknown {
  const type = (exchange.header('content-type') ?? '').split(';')[0] ?? ''
  const apply = patches[type]
  // Custom resources have no strategies.
  if (apply === undefined || (kind.custom && type.startsWith('application/strategic'))) throw unsupportedMediaType(Object.keys(patches))
  return (target, text) => {
    const patched = apply(target, parse(text), kind)
    if (typeof patched !== 'object' || patched === null) throw new StatusError(422, 'Invalid', 'the patch leaves no object')
    return patched
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw badRequest(`error decoding patch: ${(error as Error).message}`)
  }
}
