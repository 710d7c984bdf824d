import { isTrue } from '../request-info.ts'
import { badRequest, invalid, type InvalidCause } from '../status.ts'

/** What a list or watch asks for beside its selectors. */
export interface ListOptions {
  /** 0 is no limit. */
  readonly limit: number
  readonly continueToken: string
  /** Undefined when none was asked for, which is another thing than 0. */
  readonly resourceVersion: number | undefined
  readonly match: 'Exact' | 'NotOlderThan' | ''
  readonly sendInitialEvents: boolean
  readonly bookmarks: boolean
  readonly timeoutSeconds: number
}

/** Throws 400 for what cannot be read, 422 for what may not stand together. */
export function listOptions(query: URLSearchParams, watch: boolean, streamingLists: boolean): ListOptions {
  const match = query.get('resourceVersionMatch') ?? ''
  const resourceVersion = query.get('resourceVersion') ?? ''
  const sendInitialEvents = query.get('sendInitialEvents')
  const causes = [...checkMatch(match, resourceVersion, watch, sendInitialEvents !== null), ...checkInitialEvents(sendInitialEvents !== null, match, watch, streamingLists)]
  if (causes.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions', name: '' }, causes)
  return {
    limit: integer(query, 'limit'),
    continueToken: query.get('continue') ?? '',
    resourceVersion: resourceVersion === '' ? undefined : version(resourceVersion),
    match: match as ListOptions['match'],
    sendInitialEvents: isTrue(sendInitialEvents),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    timeoutSeconds: integer(query, 'timeoutSeconds'),
  }
}

function checkMatch(match: string, resourceVersion: string, watch: boolean, initialEvents: boolean): InvalidCause[] {
  if (match === '') return []
  const refuse = (message: string): InvalidCause[] => [{ reason: 'FieldValueForbidden', field: 'resourceVersionMatch', message: `Forbidden: ${message}` }]
  if (watch) return initialEvents ? [] : refuse('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided')
  if (resourceVersion === '') return refuse('resourceVersionMatch is forbidden unless resourceVersion is provided')
  if (match !== 'Exact' && match !== 'NotOlderThan')
    return [{ reason: 'FieldValueNotSupported', field: 'resourceVersionMatch', message: `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""` }]
  return match === 'Exact' && resourceVersion === '0' ? refuse('resourceVersionMatch "exact" is forbidden for resourceVersion "0"') : []
}

/** KEP-3157. A server without streaming lists knows the parameter, and refuses it. */
function checkInitialEvents(given: boolean, match: string, watch: boolean, streamingLists: boolean): InvalidCause[] {
  if (!given) return []
  const refuse = (field: string, message: string): InvalidCause[] => [{ reason: 'FieldValueForbidden', field, message: `Forbidden: ${message}` }]
  if (!watch) return refuse('sendInitialEvents', 'sendInitialEvents is forbidden for list')
  if (!streamingLists) return refuse('sendInitialEvents', 'sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled')
  return match === 'NotOlderThan' ? [] : refuse('resourceVersionMatch', 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan')
}

function integer(query: URLSearchParams, name: string): number {
  const text = query.get(name) ?? ''
  if (!/^[+-]?\d*$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}

function version(text: string): number {
  if (!/^\d+$/.test(text)) throw badRequest(`resourceVersion: Invalid value: ${JSON.stringify(text)}: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`)
  return Number(text)
}
