import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js'
import { suggest } from '../base/suggest.ts'
import type { ConfigMistake } from './mistakes.ts'
import { at, keysOfPointer } from './paths.ts'
import type { RawConfig } from './raw.ts'
import { configSchema } from './schema.ts'

export interface SchemaFindings {
  readonly mistakes: readonly ConfigMistake[]
  /** The document without what is mistaken. Array elements that are left out leave holes, so that the others keep their places. */
  readonly sound: RawConfig
}

let compiled: ValidateFunction<RawConfig> | undefined

/** Checks a parsed document against the schema: every mistake, each with its path. */
export function checkSchema(document: unknown): SchemaFindings {
  const validate = (compiled ??= new Ajv2020({ allErrors: true, allowUnionTypes: true, verbose: true }).compile<RawConfig>(configSchema))
  if (validate(document)) return { mistakes: [], sound: document }
  const errors = validate.errors ?? []
  const found = errors.map((error) => describe(error, document))
  return { mistakes: found, sound: withoutPlaces(document, errors.map(placeOf)) }
}

type Params = { readonly additionalProperty?: string; readonly missingProperty?: string; readonly allowedValues?: readonly unknown[]; readonly type?: string | readonly string[] }

function describe(error: ErrorObject, document: unknown): ConfigMistake {
  const path = pathIn(document, keysOfPointer(error.instancePath))
  const params = error.params as Params
  const parent = error.parentSchema as { readonly properties?: object; readonly description?: string }
  const given = `it is ${show(error.data)}`
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = params.additionalProperty ?? ''
      const known = Object.keys(parent.properties ?? {})
      const meant = suggest(key, known)
      return { path: at(path, key), message: `is no key that is known here${meant === undefined ? `; known are ${known.join(', ')}` : `; did you mean ${meant}?`}` }
    }
    case 'required':
      return { path: at(path, params.missingProperty ?? ''), message: 'is missing' }
    case 'enum': {
      const choices = (params.allowedValues ?? []).filter((value) => typeof value === 'string')
      const meant = typeof error.data === 'string' ? suggest(error.data, choices) : undefined
      return { path, message: `must be one of ${choices.join(', ')}; ${given}${meant === undefined ? '' : `; did you mean ${meant}?`}` }
    }
    case 'type': {
      const types = [params.type ?? ''].flat().filter((type) => type !== 'null')
      return { path, message: `must be ${types.join(' or ')}; ${given}` }
    }
    case 'pattern':
      return { path, message: `does not fit; ${given}. ${parent.description ?? ''}`.trim() }
    default:
      return { path, message: `${error.message ?? 'is not valid'}; ${given}` }
  }
}

/** The same place as keys of a pointer, with array elements told apart from members. */
function pathIn(document: unknown, keys: readonly string[]): string {
  let path = ''
  let inside = document
  for (const key of keys) {
    path = at(path, Array.isArray(inside) ? Number(key) : key)
    inside = (inside as Record<string, unknown>)[key]
  }
  return path
}

function placeOf(error: ErrorObject): readonly string[] {
  const keys = keysOfPointer(error.instancePath)
  return error.keyword === 'additionalProperties' ? [...keys, (error.params as Params).additionalProperty ?? ''] : keys
}

function withoutPlaces(document: unknown, places: readonly (readonly string[])[]): RawConfig {
  if (places.some((place) => place.length === 0)) return {}
  const copy = structuredClone(document) as Record<string, unknown>
  for (const place of places) remove(copy, place)
  return copy
}

/** An array element goes as a whole: without a part of it, what is left may not hold together. */
function remove(value: unknown, [key = '', ...rest]: readonly string[]): void {
  if (typeof value !== 'object' || value === null) return
  if (rest.length === 0 || Array.isArray(value)) delete (value as Record<string, unknown>)[key]
  else remove((value as Record<string, unknown>)[key], rest)
}

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined'
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}
