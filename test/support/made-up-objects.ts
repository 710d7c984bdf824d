interface Schema {
  readonly type?: string
  readonly format?: string
  readonly pattern?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly minItems?: number
  readonly additionalProperties?: Schema | boolean
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
  readonly 'x-kubernetes-int-or-string'?: boolean
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean
}

const texts = ['web', 'example.com', '10s', '1Gi', 'https://example.com/a', '1.2.3.4', '10.0.0.0/8', 'example.com/name', '/path', 'ISTIO_MUTUAL', 'a'.repeat(36), '100', 'Always']

/**
 * An object that a definition's schema seems to allow. What is told by rules (CEL, oneOf) is
 * left to luck: the API server refuses what breaks them. `random` gives numbers from 0 up to 1;
 * the more fields are wanted, from 0 to 1, the more there are.
 */
export function madeUp(schema: Schema, random: () => number, wanted: number): unknown {
  const pick = <T>(values: readonly T[]) => values[Math.floor(random() * values.length)]
  if (schema.enum !== undefined) return pick(schema.enum)
  if (schema['x-kubernetes-int-or-string'] === true) return pick(fitting(schema, random() < 0.5 ? ['1Gi', '10%', 'http'] : [5, '500m']))
  switch (schema.type) {
    case 'string': {
      if (schema.format === 'date-time') return '2030-01-01T00:00:00Z'
      return pick(fitting(schema, schema.format === 'duration' ? ['10s'] : texts)) ?? 'web'
    }
    case 'integer':
    case 'number':
      return Math.max(schema.minimum ?? 1, Math.min(schema.maximum ?? 1000, 1 + Math.floor(random() * 50)))
    case 'boolean':
      return random() < 0.5
    case 'array':
      return Array.from({ length: Math.max(schema.minItems ?? 0, random() < wanted ? 1 : 2) }, () => madeUp(schema.items ?? {}, random, wanted * 0.8))
    case undefined:
    default: {
      const required = new Set(schema.required)
      const fields = Object.entries(schema.properties ?? {}).filter(([key]) => required.has(key) || random() < wanted)
      const named = fields.map(([key, field]) => [key, madeUp(field, random, wanted * 0.8)] as const)
      const others = typeof schema.additionalProperties === 'object' ? [['some.key/a', madeUp(schema.additionalProperties, random, wanted * 0.8)] as const] : []
      const unknown = schema['x-kubernetes-preserve-unknown-fields'] === true ? [['madeUp', { deep: [1, { b: 'c' }] }] as const] : []
      return Object.fromEntries([...named, ...others, ...unknown])
    }
  }
}

function fitting<T extends string | number>({ pattern, minLength = 0 }: Schema, values: readonly T[]): readonly T[] {
  const expression = pattern === undefined ? undefined : new RegExp(pattern)
  return values.filter((value) => String(value).length >= minLength && (expression === undefined || expression.test(String(value))))
}
