import { FieldResolver, Resolver, Root } from 'type-graphql'
import { KubernetesObject } from './kubernetes-object.ts'
import { GenericRelations, ObjectRelations } from './relations.ts'

@Resolver(() => KubernetesObject)
export class RelationsResolver {
  @FieldResolver(() => ObjectRelations, { description: 'The objects that it belongs with.' })
  relations(@Root() { row }: KubernetesObject): ObjectRelations {
    return new GenericRelations(row)
  }
}
