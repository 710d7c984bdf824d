import type { FieldDescription, ObjectDescription, TypeReference } from './description.ts'

const field = (key: string, type: TypeReference, description?: string): FieldDescription => ({ key, name: key, type, ...(description === undefined ? {} : { description }) })
const text: TypeReference = { of: 'String' }

/** Metadata of objects inside objects, such as a Pod template's; part of it may be missing there. Known here because definitions do not spell it out. */
export const objectMeta: ObjectDescription = {
  name: 'MetaV1ObjectMeta',
  description: 'The metadata of an object, or of what objects are made of.',
  shared: true,
  fields: [
    field('annotations', { of: 'StringMap' }),
    field('creationTimestamp', { of: 'DateTime' }),
    field('deletionGracePeriodSeconds', { of: 'Int64' }),
    field('deletionTimestamp', { of: 'DateTime' }),
    field('finalizers', { of: 'String', lists: 1 }),
    field('generateName', text),
    field('generation', { of: 'Int64' }),
    field('labels', { of: 'StringMap' }),
    field('name', text),
    field('namespace', text),
    field('ownerReferences', { of: 'MetaV1OwnerReference', lists: 1 }),
    field('resourceVersion', text),
    field('selfLink', text),
    field('uid', text),
  ],
}

export const ownerReference: ObjectDescription = {
  name: 'MetaV1OwnerReference',
  description: 'The object that another one belongs to.',
  shared: true,
  fields: [
    field('apiVersion', text),
    field('blockOwnerDeletion', { of: 'Boolean' }),
    field('controller', { of: 'Boolean' }, 'Whether it is the managing controller.'),
    field('kind', text),
    field('name', text),
    field('uid', text),
  ],
}
