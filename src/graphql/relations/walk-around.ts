import { WatchqlError } from '../../base/errors.ts'
import type { GroupKind } from '../../model/resource.ts'
import { children, owners } from '../../relations/built-in/everything.ts'
import type { RelationEnd } from '../../relations/end.ts'
import { walkRelations, type Walk } from '../../relations/walk.ts'
import type { Row } from '../../store/query/rows.ts'
import type { GraphqlContext } from '../context.ts'
import { relationsIn } from './open-relations.ts'

const maxDepth = 10

/**
 * What an object belongs with, `depth` relations far, over the kinds that are watched and those
 * asked for. Throws INVALID_ARGUMENT.
 */
export async function walkAround(start: Row, context: GraphqlContext, { depth, kinds }: { readonly depth: number; readonly kinds: readonly GroupKind[] | undefined }): Promise<Walk> {
  if (depth < 1 || depth > maxDepth) throw new WatchqlError('INVALID_ARGUMENT', `\`depth\` may be 1 to ${maxDepth}; it is ${depth}.`)
  const relations = relationsIn(context, start.lister.cluster)
  await relations.open(kinds ?? [])
  const watched = relations.watched()
  const isOpen = (kind: GroupKind) => relations.listerOf(kind) !== undefined
  const owned: RelationEnd = { ...children, kinds: watched.filter(isOpen) }
  const wanted = kinds === undefined ? undefined : new Set(kinds.map(({ group, kind }) => `${group}/${kind}`))
  return walkRelations(start, {
    depth,
    max: context.settings.page.maxSize,
    isWanted: ({ group, kind }) => wanted === undefined || wanted.has(`${group}/${kind}`),
    endsOf: async (row) => {
      const ends = [...context.settings.relations.of(row.lister.resource), owners, owned].filter((end) => {
        const kindsOnTheWay = relations.follower.kindsFor(end, row)
        return end.find.by === 'through' ? kindsOnTheWay.every(isOpen) : kindsOnTheWay.some(isOpen)
      })
      for (const end of ends) await relations.follower.prepare(end, row)
      return ends
    },
    all: (end, row) => relations.all(end, row),
  })
}
