import type { GroupVersionKind } from '../../model/resource.ts'

/** An OpenAPI schema, as far as it is read here. All of it comes from outside: nothing is sure to be what it should be. */
export interface OpenApiSchema {
  readonly $ref?: unknown
  readonly type?: unknown
  readonly format?: unknown
  readonly pattern?: unknown
  readonly description?: unknown
  readonly enum?: unknown
  readonly nullable?: unknown
  readonly properties?: unknown
  readonly items?: unknown
  readonly additionalProperties?: unknown
  readonly allOf?: unknown
  readonly 'x-kubernetes-int-or-string'?: unknown
  readonly 'x-kubernetes-preserve-unknown-fields'?: unknown
  readonly 'x-kubernetes-embedded-resource'?: unknown
  readonly 'x-kubernetes-group-version-kind'?: unknown
}

/** The schemas of one document by name, and which of them stand for kinds. */
export interface SchemaDocument {
  readonly schemas: Readonly<Record<string, OpenApiSchema>>
  /** Names of schemas by kind, of one group version. */
  readonly kinds: ReadonlyMap<string, string>
}

/** v3: one group version's document; v2: that of the whole server; definitions: CustomResourceDefinitions of one group. */
export type DocumentForm = 'v3' | 'v2' | 'definitions'

/** What parsed documents say of one group version. Throws for what is no such document. */
export function readDocument(form: DocumentForm, parsed: readonly unknown[], group: string, version: string): SchemaDocument {
  if (form === 'definitions') return readDefinitions(parsed, group, version)
  const document = (parsed[0] ?? {}) as { readonly definitions?: unknown; readonly components?: { readonly schemas?: unknown } }
  const schemas = form === 'v2' ? document.definitions : document.components?.schemas
  if (!isRecord(schemas)) throw new Error('The document has no schemas.')
  return { schemas, kinds: kindsIn(schemas, group, version) }
}

export function isRecord(value: unknown): value is Readonly<Record<string, OpenApiSchema>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Which kinds a schema stands for; some, such as DeleteOptions, stand for one in many groups. */
export function kindsOf(schema: OpenApiSchema): readonly GroupVersionKind[] {
  const listed = schema['x-kubernetes-group-version-kind']
  return Array.isArray(listed) ? (listed as unknown[]).filter((kind) => isRecord(kind)).map((kind) => kind as unknown as GroupVersionKind) : []
}

function kindsIn(schemas: Readonly<Record<string, OpenApiSchema>>, group: string, version: string): ReadonlyMap<string, string> {
  const kinds = new Map<string, string>()
  for (const [name, schema] of Object.entries(schemas))
    for (const kind of kindsOf(schema)) if (kind.group === group && kind.version === version) kinds.set(kind.kind, name)
  return kinds
}

interface Definition {
  readonly spec?: {
    readonly group?: string
    readonly names?: { readonly kind?: string }
    readonly versions?: readonly { readonly name?: string; readonly schema?: { readonly openAPIV3Schema?: OpenApiSchema } }[]
  }
}

/** Definitions in the form of a document: sooner there than the server's own. */
function readDefinitions(definitions: readonly unknown[], group: string, version: string): SchemaDocument {
  const found = (definitions as readonly Definition[]).flatMap(({ spec }) => {
    const kind = spec?.names?.kind
    const served = spec?.versions?.find(({ name }) => name === version)
    return spec?.group === group && kind !== undefined && served !== undefined ? [{ kind, schema: served.schema?.openAPIV3Schema ?? anyObject }] : []
  })
  return { schemas: Object.fromEntries(found.map(({ kind, schema }) => [kind, schema])), kinds: new Map(found.map(({ kind }) => [kind, kind])) }
}

const anyObject: OpenApiSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
