import type { RelationEnd } from '../end.ts'
import { byOwner, byReferences } from '../ends-of.ts'
import { controllerOf, ownersOf, referencesAt } from '../references.ts'
import { kindOf } from '../declaration.ts'

const always = () => true

/** The objects that an object says it belongs to, whatever their kinds. */
export const owners: RelationEnd = { name: 'owners', many: true, kinds: [], find: { by: 'reference', references: ownersOf, holds: always } }

/** That of its owners which manages it. */
export const controller: RelationEnd = { name: 'controller', many: false, kinds: [], find: { by: 'reference', references: controllerOf, holds: always } }

/** That which it is in. */
export const namespace: RelationEnd = {
  name: 'namespace',
  many: false,
  kinds: [kindOf('', 'Namespace')],
  find: { by: 'reference', references: ({ metadata }) => (metadata.namespace === undefined ? [] : [{ group: '', kind: 'Namespace', name: metadata.namespace }]), holds: always },
}

/** The objects that say that they belong to an object: of whichever kinds are asked. */
export const children: RelationEnd = { name: 'children', many: true, kinds: [], find: byOwner }

/** What happened to an object, as far as the cluster still keeps it. */
export const events: RelationEnd = {
  name: 'events',
  many: true,
  kinds: [kindOf('', 'Event')],
  find: byReferences('/Event.regarding', referencesAt('involvedObject'), (event) => event['involvedObject'], always),
}
