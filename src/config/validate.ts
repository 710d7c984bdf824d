import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js'
import { suggest } from '../base/suggest.ts'
import type { ConfigMistake } from './mistakes.ts'
import type { RawConfig } from './raw.ts'
import { configSchema } from './schema.ts'

/** Checks a parsed document against the schema: every mistake, each with its path. */
export function findSchemaMistakes(document: unknown): readonly ConfigMistake[] {
  const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true, verbose: true }).compile<RawConfig>(configSchema)
  return validate(document) ? [] : (validate.errors ?? []).map(describe)
}

function describe(error: ErrorObject): ConfigMistake {
  const path = pathOf(error.instancePath)
  const params = error.params as { additionalProperty?: string; missingProperty?: string; allowedValues?: readonly unknown[]; type?: string | readonly string[] }
  if (error.keyword === 'additionalProperties') {
    const key = params.additionalProperty ?? ''
    const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {})
    const meant = suggest(key, known)
    return { path: join(path, key), message: `is no key that is known here${meant === undefined ? `; known are ${known.join(', ')}` : `; did you mean ${meant}?`}` }
  }
  if (error.keyword === 'required') return { path: join(path, params.missingProperty ?? ''), message: 'is missing' }
  if (error.keyword === 'enum') return { path, message: `must be one of ${(params.allowedValues ?? []).filter((value) => typeof value === 'string').join(', ')}; it is ${show(error.data)}` }
  if (error.keyword === 'type') return { path, message: `must be ${[params.type ?? ''].flat().filter((type) => type !== 'null').join(' or ')}; it is ${show(error.data)}` }
  return { path, message: `${error.message ?? 'is not valid'}; it is ${show(error.data)}` }
}

/** `/initialWatchingResources/2/kind` as `initialWatchingResources[2].kind`. */
function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), '')
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
