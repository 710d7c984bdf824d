import type { GraphQLSchema } from 'graphql'
import type { Resource } from '../../model/resource.ts'
import type { Relations } from '../../relations/registry.ts'
import { buildSchema } from './build-schema.ts'
import { compose, type Composition, type GroupVersionDescription } from './compose.ts'
import { kindMatcher } from './kind-patterns.ts'

/** Which kinds are typed: those that are allowed and not denied, by patterns of `kindMatcher`. */
export interface TypedChoice {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

export function isTyped({ allow, deny }: TypedChoice): (resource: Resource) => boolean {
  const [isAllowed, isDenied] = [kindMatcher(allow), kindMatcher(deny)]
  return (resource) => isAllowed(resource) && !isDenied(resource)
}

/** The schema of the kinds, and what it was made of. Gives way to other work now and then. */
export async function composeSchema(staticSchema: GraphQLSchema, resources: readonly Resource[], described: ReadonlyMap<string, GroupVersionDescription>, { maxTypes, relations }: { readonly maxTypes: number; readonly relations: Relations }): Promise<{ readonly schema: GraphQLSchema; readonly composition: Composition }> {
  const takenFields = new Set([staticSchema.getQueryType(), staticSchema.getSubscriptionType()].flatMap((type) => Object.keys(type?.getFields() ?? {})))
  const composition = compose(resources, described, { maxTypes, takenFields })
  return { schema: await buildSchema(staticSchema, composition, relations), composition }
}
