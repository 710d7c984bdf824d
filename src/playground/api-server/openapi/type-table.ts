import { builtInTypes } from './built-in-types.ts'

export interface FieldType {
  /** A primitive's name, or a type's full name. */
  readonly name: string
  readonly primitive: boolean
  readonly shape: 'one' | 'list' | 'map'
  /** By which fields a list's elements are told apart. */
  readonly keys: readonly string[]
}

export interface Field {
  readonly name: string
  readonly required: boolean
  readonly type: FieldType
}

const primitives = new Set(['string', 'bool', 'int', 'int32', 'int64', 'number', 'bytes', 'time', 'micro', 'quantity', 'intOrString', 'object', 'any'])

let table: ReadonlyMap<string, readonly Field[]> | undefined

/** The built-in types with their fields, by full name: `io.k8s.api.core.v1.Pod`. Read when first asked for. */
export function typeTable(): ReadonlyMap<string, readonly Field[]> {
  table ??= read(builtInTypes)
  return table
}

function read(text: string): ReadonlyMap<string, readonly Field[]> {
  const sections = text.trim().split(/^# /m).filter((section) => section !== '')
  const packages = new Map(sections.map((section) => (section.split('\n')[0] ?? '').split(' ') as [string, string]))
  const types = new Map<string, readonly Field[]>()
  for (const section of sections) {
    const [head = '', ...lines] = section.trim().split('\n')
    const own = head.split(' ')[1] ?? ''
    for (const line of lines.filter((line) => line !== '')) {
      const [name = '', ...fields] = line.split(' ')
      types.set(`${own}.${name}`, fields.map((field) => readField(field, own, packages)))
    }
  }
  return types
}

function readField(text: string, own: string, packages: ReadonlyMap<string, string>): Field {
  const [, name = '', required, type = 'string', shape, keys] = /^([^:!]+)(!)?(?::(\w+(?:\.\w+)?)(\[\]|\{\})?(?:@(.+))?)?$/.exec(text) ?? []
  const primitive = primitives.has(type)
  const [alias = '', foreign] = type.split('.')
  const fullName = foreign === undefined ? `${own}.${type}` : `${packages.get(alias) ?? alias}.${foreign}`
  return {
    name,
    required: required !== undefined,
    type: { name: primitive ? type : fullName, primitive, shape: shape === '[]' ? 'list' : shape === '{}' ? 'map' : 'one', keys: keys?.split(',') ?? [] },
  }
}
