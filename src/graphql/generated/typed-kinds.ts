import type { GraphQLSchema } from 'graphql'
import { formatKind, type GroupVersionKind } from '../../model/resource.ts'

/** How a kind is typed in a schema. */
export interface TypedForm {
  /** `AppsV1Deployment` */
  readonly type: string
  /** The fields of Query that have it, the shortest first. */
  readonly listFields: readonly string[]
  readonly objectFields: readonly string[]
}

/** Which kinds have types of their own in one schema; it stands with the schema itself, so that it changes with it. */
export class TypedKinds {
  readonly #typed: ReadonlyMap<string, TypedForm>
  readonly #untyped: ReadonlyMap<string, string>

  /** Both by kinds as `formatKind` writes them; the second tells why a kind has none. */
  constructor(typed: ReadonlyMap<string, TypedForm>, untyped: ReadonlyMap<string, string>) {
    this.#typed = typed
    this.#untyped = untyped
  }

  typeNameOf(kind: GroupVersionKind): string | undefined {
    return this.#typed.get(formatKind(kind))?.type
  }

  formOf(kind: GroupVersionKind): TypedForm | undefined {
    return this.#typed.get(formatKind(kind))
  }

  /** Undefined for a kind that is typed, or that nobody has looked at yet. */
  whyNot(kind: GroupVersionKind): string | undefined {
    return this.#untyped.get(formatKind(kind))
  }

  get size(): number {
    return this.#typed.size
  }
}

const none = new TypedKinds(new Map(), new Map())

export function typedKindsOf(schema: GraphQLSchema): TypedKinds {
  const { typedKinds } = schema.extensions
  return typedKinds instanceof TypedKinds ? typedKinds : none
}
