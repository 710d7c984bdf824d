import { TimeSlice } from '../base/time-slice.ts'
import type { KubeObject } from '../model/object.ts'
import type { GroupKind } from '../model/resource.ts'
import type { Row } from '../store/query/rows.ts'
import type { RelationEnd } from './end.ts'
import { byOwner } from './ends-of.ts'

/** Objects of these kinds belong with nearly everything: what meets in them has nothing to do with each other. */
const hubKinds: ReadonlySet<string> = new Set(['Namespace', 'Node', 'ServiceAccount', 'StorageClass', 'PriorityClass', 'RuntimeClass', 'IngressClass', 'GatewayClass', 'ClusterRole', 'CustomResourceDefinition'])
/** An object that more others refer to is a hub too. */
const hubReferrers = 20
const sliceMs = 5

export interface WalkOptions {
  /** How many relations away an object may be. */
  readonly depth: number
  /** Objects at most. */
  readonly max: number
  /** Whether an object is told of; it is walked through either way. */
  readonly isWanted: (kind: GroupKind) => boolean
  /** The relations of an object that can be followed now, after what they need was prepared. */
  readonly endsOf: (row: Row) => Promise<readonly RelationEnd[]>
  readonly all: (end: RelationEnd, row: Row) => readonly Row[]
}

export interface WalkedObject {
  readonly row: Row
  /** 1 for what the start has a relation to itself. */
  readonly distance: number
  readonly from: Row
  /** The name of the relation that led here. */
  readonly relation: string
  /** Whether the walk ended here because too much meets in it. */
  readonly hub: boolean
}

export interface Walk {
  readonly objects: readonly WalkedObject[]
  /** Whether there would be more. */
  readonly truncated: boolean
}

/** Everything that an object belongs with, the nearest first, and not past hubs. Gives way to others now and then. */
export async function walkRelations(start: Row, { depth, max, isWanted, endsOf, all }: WalkOptions): Promise<Walk> {
  const seen = new Set<KubeObject>([start.object])
  const objects: Reached[] = []
  const slice = new TimeSlice(sliceMs)
  let edge: readonly Step[] = [{ row: start }]
  for (let distance = 1; distance <= depth && edge.length > 0; distance += 1) {
    const next: Step[] = []
    for (const { row: from, reached } of edge) {
      const ends = (await endsOf(from)).map((end) => ({ end, rows: all(end, from) }))
      if (reached !== undefined && ends.some(({ end, rows }) => isSharing(end) && rows.length > hubReferrers)) {
        reached.hub = true
        continue
      }
      for (const { end, rows } of ends)
        for (const row of rows) {
          if (seen.has(row.object)) continue
          if (seen.size > max) return { objects, truncated: true }
          seen.add(row.object)
          const to: Reached = { row, distance, from, relation: end.name, hub: hubKinds.has(row.lister.resource.kind) }
          if (!to.hub) next.push({ row, reached: to })
          if (isWanted(row.lister.resource)) objects.push(to)
        }
      await slice.giveWay()
    }
    edge = next
  }
  return { objects, truncated: false }
}

type Reached = { -readonly [Key in keyof WalkedObject]: WalkedObject[Key] }

/** An object to go on from; the start was not reached from anywhere. */
interface Step {
  readonly row: Row
  readonly reached?: Reached
}

/** Whether a relation leads to whoever uses an object, rather than to its parts. */
function isSharing({ find }: RelationEnd): boolean {
  return find.by === 'key' && find !== byOwner
}
