import { isRecord, kindsOf, type OpenApiSchema, type SchemaDocument } from './documents.ts'
import { mark, nestedTypeName, typePrefix } from './names.ts'
import type { TypeReference } from './description.ts'

/** Named schemas that are not what they seem, or that definitions do not spell out. */
const wellKnown: Readonly<Record<string, TypeReference>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': { of: 'Quantity' },
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': { of: 'IntOrString' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.Time': { of: 'DateTime' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime': { of: 'DateTime' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta': { of: 'MetaV1ObjectMeta' },
  'io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1': { of: 'JSON' },
  'io.k8s.apimachinery.pkg.runtime.RawExtension': { of: 'JSON' },
}

export interface Component {
  readonly name: string
  readonly schema: OpenApiSchema
  readonly shared: boolean
}

/** The named schemas of a document as nested objects refer to them. */
export class Components {
  readonly #document: SchemaDocument
  readonly #prefix: string
  readonly #groups: ReadonlyMap<string, string>
  readonly #byName = new Map<string, Component>()

  constructor(document: SchemaDocument, prefix: string) {
    this.#document = document
    this.#prefix = prefix
    this.#groups = groupsOfPackages(document)
  }

  /** The schema that a reference leads to, or what is known to stand there. */
  find(reference: string): Component | TypeReference | undefined {
    const name = reference.slice(reference.lastIndexOf('/') + 1)
    const known = wellKnown[name]
    if (known !== undefined) return known
    const schema = Object.hasOwn(this.#document.schemas, name) ? this.#document.schemas[name] : undefined
    if (!isRecord(schema)) return undefined
    let component = this.#byName.get(name)
    if (component === undefined) {
      component = { ...this.#nameOf(name, schema), schema }
      this.#byName.set(name, component)
    }
    return component
  }

  #nameOf(name: string, schema: OpenApiSchema): { readonly name: string; readonly shared: boolean } {
    const parts = name.split('.')
    // An object of a kind inside another object is no object of the API: it has no id.
    const simple = (isKind(schema) ? 'Embedded' : '') + (parts.at(-1) ?? '')
    if (parts.length < 4 || !name.startsWith('io.k8s.')) return { name: nestedTypeName(this.#prefix, simple) + (parts.length > 1 ? `_${mark(name)}` : ''), shared: false }
    const version = parts.at(-2) ?? ''
    const group = this.#groups.get(packageOf(name)) ?? parts.at(-3) ?? ''
    return { name: nestedTypeName(typePrefix(group, version), simple), shared: true }
  }
}

/**
 * The groups that the packages of Kubernetes' model belong to, found by the kinds in them:
 * `io.k8s.api.networking` is `networking.k8s.io`. Types that belong to no kind are called
 * after their package.
 */
function groupsOfPackages({ schemas }: SchemaDocument): ReadonlyMap<string, string> {
  const groups = new Map<string, string>()
  for (const [name, schema] of Object.entries(schemas)) {
    const [kind] = isRecord(schema) && isKind(schema) ? kindsOf(schema) : []
    if (kind !== undefined) groups.set(packageOf(name), kind.group)
  }
  return groups
}

function packageOf(name: string): string {
  return name.split('.').slice(0, -2).join('.')
}

function isKind(schema: OpenApiSchema): boolean {
  return kindsOf(schema).length === 1 && isRecord(schema.properties) && Object.hasOwn(schema.properties, 'metadata')
}
