import { payloads } from '../model/sink.ts'

type Schema = Readonly<Record<string, unknown>>

const dialect = 'https://json-schema.org/draft/2020-12/schema'
const text = (description: string, more: Schema = {}): Schema => ({ type: 'string', description, ...more })
const types = ['ADDED', 'MODIFIED', 'DELETED']

const object: Schema = {
  type: 'object',
  description: 'An object of Kubernetes, as it was then.',
  required: ['apiVersion', 'kind', 'metadata'],
  properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object', required: ['name', 'uid', 'resourceVersion'] } },
}

const patch: Schema = {
  type: 'array',
  description: 'What turns the state before into this one (RFC 6902). Of MODIFIED, with the payload patch.',
  items: {
    type: 'object',
    required: ['op', 'path'],
    properties: { op: { enum: ['add', 'replace', 'remove'] }, path: { type: 'string' }, value: {} },
    additionalProperties: false,
  },
}

const data: Schema = {
  type: 'object',
  description: 'The body of messages, and the data of webhooks.',
  required: ['type', 'cluster', 'group', 'version', 'kind', 'name', 'uid', 'resourceVersion'],
  properties: {
    type: { enum: types, description: 'As the sink is told: an object that leaves its filter is DELETED.' },
    reason: {
      enum: ['INITIAL', 'MATCHED', 'UNMATCHED', 'UNWATCHED', 'TEST'],
      description: 'Absent: it happened. INITIAL: it was there when the sink began. MATCHED, UNMATCHED: it goes on and matches the filter now, or does not any more. UNWATCHED: the watch does not reach it any more. TEST: it was made up, to try the sink.',
    },
    cluster: text('Its name in the configuration.'),
    group: text('Empty for the core group.'),
    version: text('Of the group.'),
    kind: text('As in manifests.'),
    namespace: text('Absent for objects without one.'),
    name: text('Its name.'),
    uid: text('What tells it from others that have had its name.'),
    resourceVersion: text('Of the state that is told of.'),
    finalStateUnknown: { const: true, description: 'Of a deletion that was not seen: the state is the last that was.' },
    coalesced: { type: 'integer', minimum: 1, description: 'How many states before this one were left out.' },
    object: { $ref: '#/$defs/object' },
    oldObject: { $ref: '#/$defs/object', description: 'The state before, with the payload oldAndNew.' },
    patch,
  },
  not: { required: ['object', 'patch'] },
}

const cloudEvent: Schema = {
  $schema: dialect,
  title: 'WatchQL event',
  description: `What a webhook is sent, in CloudEvents 1.0 in its structured form. Messages of Kafka and NATS have the attributes as headers and \`data\` (#/$defs/data) as their body. What \`data\` has beside the names depends on the payload: ${payloads.join(', ')}. More members may come.`,
  type: 'object',
  required: ['specversion', 'id', 'source', 'type', 'subject', 'time', 'sequence', 'datacontenttype', 'data'],
  properties: {
    specversion: { const: '1.0', description: "CloudEvents' version." },
    id: text('The same at each attempt; no other event has it.', { minLength: 1 }),
    source: text('The cluster.', { pattern: '^/clusters/' }),
    type: { enum: types.map((type) => `watchql.object.${type.toLowerCase()}`), description: 'What is told.' },
    subject: text('The object: apiVersion, kind, namespace where there is one, and name.'),
    time: text('When the change was observed.', { pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}Z$' }),
    sequence: text('Grows with each event of a kind: the larger, as a text, is the later.', { pattern: '^[0-9]{16}$' }),
    datacontenttype: { const: 'application/json', description: 'Of `data`.' },
    data: { $ref: '#/$defs/data' },
  },
  $defs: { data, object },
}

const grwEvent: Schema = {
  $schema: dialect,
  title: "WatchQL event in k8s-generic-watcher's format",
  description: 'What a webhook of the format grw is sent.',
  type: 'object',
  required: ['eventType', 'gvk', 'group', 'version', 'kind', 'eventObjects', 'message', 'additionalData', 'object'],
  properties: {
    eventType: { enum: types, description: 'What happened.' },
    gvk: text('apiVersion and kind, with a slash between.', { pattern: '/[^/]+$' }),
    group: text('core for the core group.', { minLength: 1 }),
    version: text('Of the group.'),
    kind: text('As in manifests.'),
    eventObjects: { type: 'array', description: 'The state before and the one now for MODIFIED, else only that.', minItems: 1, maxItems: 2, items: { $ref: '#/$defs/object' } },
    message: text('The reason, mostly empty.'),
    additionalData: { type: 'object', description: 'Empty.', maxProperties: 0 },
    object: { $ref: '#/$defs/object' },
  },
  anyOf: [
    { properties: { eventType: { const: 'MODIFIED' }, eventObjects: { type: 'array', minItems: 2 } } },
    { properties: { eventType: { enum: ['ADDED', 'DELETED'] }, eventObjects: { type: 'array', maxItems: 1 } } },
  ],
  $defs: { object },
}

/** The text of schema/event.schema.json. */
export function emitEventSchema(): string {
  return `${JSON.stringify(cloudEvent, null, 2)}\n`
}

/** The text of schema/event-grw.schema.json. */
export function emitGrwEventSchema(): string {
  return `${JSON.stringify(grwEvent, null, 2)}\n`
}
