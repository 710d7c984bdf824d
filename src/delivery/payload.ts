import { diffJson } from '../model/json-patch.ts'
import type { Json } from '../model/json.ts'
import { apiVersionOf } from '../model/resource.ts'
import type { Format, Payload } from '../model/sink.ts'

/** What a delivery tells of its event, beside the objects. */
export interface DeliveryHead {
  readonly sink: string
  readonly event: string
  readonly lane: string
  readonly type: string
  readonly reason: string | null
  readonly coalesced: number
  readonly attempts: number
  readonly cluster: string
  readonly group: string
  readonly version: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
  readonly uid: string
  readonly resourceVersion: string
  readonly sequence: number
  readonly finalStateUnknown: boolean
  readonly observedAt: number
}

/** The objects of an event: JSON texts, as they are stored. */
export interface ObjectTexts {
  readonly object: string
  readonly oldObject: string | null
}

/** One delivery with the event that it tells of. */
export interface Delivery extends DeliveryHead, ObjectTexts {}

export interface RenderedPayload {
  readonly contentType: string
  readonly body: string
}

/** The body of a delivery: made of what is stored alone, so that it is the same at each attempt. */
export function renderPayload(delivery: Delivery, format: Format, payload: Payload): RenderedPayload {
  return format === 'grw' ? { contentType: 'application/json', body: grwBody(delivery) } : { contentType: 'application/cloudevents+json; charset=utf-8', body: cloudEvent(delivery, payload) }
}

/** A delivery in CloudEvents' binary form: the attributes beside the data, without a prefix (https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md). */
export function renderBinary(delivery: Delivery, payload: Payload): { readonly attributes: Readonly<Record<string, string>>; readonly contentType: string; readonly data: string } {
  const { datacontenttype, ...attributes } = attributesOf(delivery)
  return { attributes, contentType: datacontenttype, data: dataOf(delivery, payload) }
}

function cloudEvent(delivery: Delivery, payload: Payload): string {
  return withTexts(attributesOf(delivery), { data: dataOf(delivery, payload) })
}

function attributesOf(delivery: Delivery) {
  const { cluster, kind, namespace, name, type } = delivery
  return {
    specversion: '1.0',
    id: delivery.event,
    source: `/clusters/${cluster}`,
    type: `watchql.object.${type.toLowerCase()}`,
    subject: encodeURIComponent(`${apiVersionOf(delivery)}/${kind}/${namespace === '' ? '' : `${namespace}/`}${name}`).replaceAll('%2F', '/'),
    time: new Date(delivery.observedAt).toISOString(),
    sequence: String(delivery.sequence).padStart(16, '0'),
    datacontenttype: 'application/json',
  }
}

function dataOf(delivery: Delivery, payload: Payload): string {
  const { cluster, group, version, kind, namespace, name, uid, type, reason, object, oldObject } = delivery
  const about = {
    type,
    ...(reason === null ? {} : { reason }),
    cluster,
    group,
    version,
    kind,
    ...(namespace === '' ? {} : { namespace }),
    name,
    uid,
    resourceVersion: delivery.resourceVersion,
    ...(delivery.finalStateUnknown ? { finalStateUnknown: true } : {}),
    ...(delivery.coalesced === 0 ? {} : { coalesced: delivery.coalesced }),
  }
  const parts: Record<string, string> =
    payload === 'thin'
      ? {}
      : payload === 'patch' && type === 'MODIFIED' && oldObject !== null
        ? { patch: JSON.stringify(diffJson(JSON.parse(oldObject) as Json, JSON.parse(object) as Json)) }
        : { object, ...(payload === 'oldAndNew' && oldObject !== null ? { oldObject } : {}) }
  return withTexts(about, parts)
}

/** What k8s-generic-watcher sends. */
function grwBody({ group, version, kind, type, reason, object, oldObject }: Delivery): string {
  const gvk = `${apiVersionOf({ group, version })}/${kind}`
  const eventObjects = type === 'MODIFIED' ? `[${oldObject ?? object},${object}]` : `[${object}]`
  return withTexts({ eventType: type, gvk, group: group === '' ? 'core' : group, version, kind }, { eventObjects, message: JSON.stringify(reason ?? ''), additionalData: '{}', object })
}

/** The JSON of an object with further members, whose names need no escaping and whose values are JSON texts already. */
function withTexts(first: object, texts: Readonly<Record<string, string>>): string {
  let json = JSON.stringify(first).slice(0, -1)
  for (const name in texts) json += `,"${name}":${texts[name]}`
  return `${json}}`
}
