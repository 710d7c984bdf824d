import { ArgsType, Field, ID, InputType, Int, registerEnumType } from 'type-graphql'
import type { Json } from '../../model/json.ts'
import { JsonScalar } from './scalars.ts'

@InputType({ description: 'Names a kind. The core group is empty or `core`; without a version the one that the server prefers is meant.' })
export class KindInput {
  @Field(() => String, { nullable: true }) group?: string
  @Field(() => String, { nullable: true }) version?: string
  @Field(() => String) kind!: string
}

@InputType({ description: 'What must hold of the value at a path. Several operators must all hold. A missing value is the same as null.' })
export class PathFilter {
  @Field(() => String, { nullable: true, description: 'Inside `some`, `every` and `none` it begins at the element; absent, the element itself is meant.' }) path?: string
  @Field(() => String, { nullable: true, description: 'A relation of the object, such as `pods`: then `some`, `every` and `none` are over the objects that it leads to.' }) relation?: string
  @Field(() => JsonScalar, { nullable: true, description: 'Equal, through and through.' }) eq?: Json
  @Field(() => JsonScalar, { nullable: true, description: 'Not equal; holds for missing values.' }) ne?: Json
  @Field(() => [JsonScalar], { nullable: true }) in?: Json[]
  @Field(() => [JsonScalar], { nullable: true, description: 'Holds for missing values.' }) notIn?: Json[]
  @Field(() => JsonScalar, { nullable: true, description: 'Numbers with numbers, text with text, quantities by their amounts.' }) gt?: Json
  @Field(() => JsonScalar, { nullable: true }) gte?: Json
  @Field(() => JsonScalar, { nullable: true }) lt?: Json
  @Field(() => JsonScalar, { nullable: true }) lte?: Json
  @Field(() => String, { nullable: true, description: 'A part of a text, or a member of a list.' }) contains?: string
  @Field(() => String, { nullable: true }) startsWith?: string
  @Field(() => String, { nullable: true }) endsWith?: string
  @Field(() => String, { nullable: true, description: '`contains` whatever the case.' }) icontains?: string
  @Field(() => String, { nullable: true, description: "A regular expression of RE2's syntax, found anywhere in the text." }) matches?: string
  @Field(() => Boolean, { nullable: true }) exists?: boolean
  @Field(() => PathFilter, { nullable: true, description: 'Holds for at least one element of the list.' }) some?: PathFilter
  @Field(() => PathFilter, { nullable: true, description: 'Holds for all elements of the list, also of an empty one.' }) every?: PathFilter
  @Field(() => PathFilter, { nullable: true, description: 'Holds for no element of the list.' }) none?: PathFilter
  @Field(() => [PathFilter], { nullable: true }) and?: PathFilter[]
  @Field(() => [PathFilter], { nullable: true }) or?: PathFilter[]
  @Field(() => PathFilter, { nullable: true }) not?: PathFilter
}

export const Direction = { ASC: 'ASC', DESC: 'DESC' } as const
registerEnumType(Direction, { name: 'OrderDirection', description: 'Missing values come last either way.' })

@InputType({ description: 'Orders by the value at a path.' })
export class PathOrder {
  @Field(() => String) path!: string
  @Field(() => Direction, { defaultValue: Direction.ASC }) direction!: keyof typeof Direction
}

@InputType({ description: 'Limits which objects of a kind are cached; absent, all are.' })
export class WatchOptionsInput {
  @Field(() => String, { nullable: true }) namespace?: string
  @Field(() => String, { nullable: true }) name?: string
  @Field(() => JsonScalar, { nullable: true, description: 'A map of label keys to values.' }) labelSelector?: Json
  @Field(() => JsonScalar, { nullable: true, description: 'A map of fields to values; the API server decides which fields it knows.' }) fieldSelector?: Json
}

/** The filters of every list, whatever it is of. All that are given must hold. */
@ArgsType()
export class CommonFilterArguments {
  @Field(() => String, { nullable: true }) namespace?: string
  @Field(() => [String], { nullable: true }) namespaces?: string[]
  @Field(() => String, { nullable: true }) name?: string
  @Field(() => [String], { nullable: true }) names?: string[]
  @Field(() => ID, { nullable: true, description: "The object's metadata.uid." }) uid?: string
  @Field(() => String, { nullable: true, description: "Kubernetes' grammar: `app=web,tier in (a,b),!canary`." }) labelSelector?: string
  @Field(() => String, { nullable: true, description: "Kubernetes' grammar, over any path: `status.phase=Running,spec.nodeName!=n1`." }) fieldSelector?: string
  @Field(() => String, { nullable: true, description: "The label selectors' grammar over annotations; values with special characters stand in double quotes." }) annotationSelector?: string
  @Field(() => String, { nullable: true, description: 'Words that are all found in the name, the namespace, labels or annotations, as they are, as beginnings, inside, or with a typo.' }) search?: string
}

@ArgsType()
export class FilterArguments extends CommonFilterArguments {
  @Field(() => [KindInput]) kinds!: KindInput[]
  @Field(() => PathFilter, { nullable: true }) where?: PathFilter
}

/** The arguments of lists of objects that another one leads to. */
@ArgsType()
export class RelatedArguments extends CommonFilterArguments {
  @Field(() => [PathOrder], { nullable: true, description: 'Default: what matches `search` best first; then by kind, namespace and name.' }) orderBy?: PathOrder[]
  @Field(() => Int, { nullable: true }) first?: number
  @Field(() => String, { nullable: true }) after?: string
  @Field(() => Int, { nullable: true }) last?: number
  @Field(() => String, { nullable: true }) before?: string
}

/** The same where those are of any kind. */
@ArgsType()
export class RelatedOfAnyKindArguments extends RelatedArguments {
  @Field(() => PathFilter, { nullable: true }) where?: PathFilter
}

@ArgsType()
export class ListArguments extends RelatedOfAnyKindArguments {
  @Field(() => [KindInput]) kinds!: KindInput[]
}
