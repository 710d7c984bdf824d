import { Field, ID, Int, ObjectType } from 'type-graphql'
import type { WalkedObject } from '../../relations/walk.ts'
import { GenericObject, KubernetesObject } from './kubernetes-object.ts'

@ObjectType({ simpleResolvers: true, description: 'An object that another one belongs with, and how.' })
export class RelatedObject {
  readonly #walked: WalkedObject

  constructor(walked: WalkedObject) {
    this.#walked = walked
  }

  @Field(() => KubernetesObject) get object(): KubernetesObject { return new GenericObject(this.#walked.row) }
  @Field(() => Int, { description: 'How many relations away it is, on the shortest way.' }) get distance(): number { return this.#walked.distance }
  @Field(() => String, { description: 'The last relation on that way.' }) get relation(): string { return this.#walked.relation }
  @Field(() => ID, { description: 'The object that has that relation.' }) get from(): string { return new GenericObject(this.#walked.from).id }
  @Field(() => Boolean, { description: 'Whether the walk went no further because too much meets in it, as in a Node.' }) get hub(): boolean { return this.#walked.hub }
}

@ObjectType({ simpleResolvers: true, description: 'The objects around an object, the nearest first.' })
export class RelatedObjects {
  @Field(() => [RelatedObject]) objects!: readonly RelatedObject[]
  @Field(() => Boolean, { description: 'Whether there are more than are told.' }) truncated!: boolean
}
