import { WatchqlError } from '../../base/errors.ts'
import type { KubeObject } from '../../model/object.ts'
import { everything, mapRelated, relatedIn, type Predicate, type RelatedPredicate } from '../../model/predicate.ts'
import type { Resource } from '../../model/resource.ts'
import type { RelationEnd } from '../../relations/end.ts'
import type { Lister } from '../../store/lister.ts'
import type { GraphqlContext } from '../context.ts'
import { relationsIn, type OpenRelations } from './open-relations.ts'

/**
 * A predicate whose relations know what they lead to from objects of one kind, as far as the
 * caller reaches. Opens the kinds and builds the indexes that testing will need. Throws
 * INVALID_FILTER for a relation that the kind does not have.
 */
export async function bindRelations(predicate: Predicate, lister: Lister, context: GraphqlContext): Promise<Predicate> {
  const related = relatedIn(predicate)
  if (related.length === 0) return predicate
  const relations = relationsIn(context, lister.cluster)
  const bound = new Map<RelatedPredicate, Predicate>()
  for (const one of related) bound.set(one, await bind(one, lister, relations, context))
  return mapRelated(predicate, (one) => bound.get(one) ?? one)
}

async function bind(related: RelatedPredicate, lister: Lister, relations: OpenRelations, context: GraphqlContext): Promise<Predicate> {
  const end = endNamed(related.relation, lister.resource, context)
  const targets = end.kinds
  if (targets.length === 0) throw invalid(`the relation ${related.relation} leads to objects of any kind, which cannot be tested`)
  await relations.open(relations.follower.kindsFor(end, { lister, object: nothing }))
  await prepareAll(end, lister, relations)
  const term = await bindTerm(related, end, relations, context)
  const follow = (object: KubeObject) => relations.all(end, { lister, object }).map((row) => row.object)
  return { ...related, term, follow }
}

/** The test of the target may ask for relations of its own: then it must be known what kind that is. */
async function bindTerm({ term, relation }: RelatedPredicate, { kinds }: RelationEnd, relations: OpenRelations, context: GraphqlContext): Promise<Predicate> {
  if (relatedIn(term).length === 0) return term
  const [kind, ...others] = kinds
  if (kind === undefined || others.length > 0) throw invalid(`the relation ${relation} leads to several kinds, whose own relations cannot be tested`)
  const target = relations.listerOf(kind)
  // A kind that cannot be read has no objects to test.
  return target === undefined ? everything : bindRelations(term, target, context)
}

/** What labels are selected by differs from object to object: the indexes are made for those of all, before any is tested. */
async function prepareAll(end: RelationEnd, lister: Lister, relations: OpenRelations): Promise<void> {
  const objects = end.find.by === 'labels' ? lister.select(everything) : [nothing]
  for (const object of objects) await relations.follower.prepare(end, { lister, object })
}

const nothing: KubeObject = { apiVersion: '', kind: '', metadata: { name: '' } }

function endNamed(name: string, resource: Resource, { settings }: GraphqlContext): RelationEnd {
  const end = settings.relations.find(resource, name)
  if (end === undefined) throw invalid(`${resource.kind} has no relation ${JSON.stringify(name)}; it has ${settings.relations.namesOf(resource).join(', ')}`)
  return end
}

function invalid(why: string): WatchqlError {
  return new WatchqlError('INVALID_FILTER', `where is not valid: ${why}.`)
}
