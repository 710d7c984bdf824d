import type { JsonObject } from '../model/json.ts'
import type { KubeObject } from '../model/object.ts'

const hidden = '[redacted]'

/** A Secret with its keys and without its values; any other object as it is. */
export function withoutSecrets(object: KubeObject): KubeObject {
  if (object.kind !== 'Secret' || object.apiVersion !== 'v1') return object
  const { data, stringData, ...rest } = object
  return { ...rest, ...(data === undefined ? {} : { data: withoutValues(data as JsonObject) }), ...(stringData === undefined ? {} : { stringData: withoutValues(stringData as JsonObject) }) }
}

function withoutValues(values: JsonObject | null): JsonObject {
  return Object.fromEntries(Object.keys(values ?? {}).map((key) => [key, hidden]))
}
