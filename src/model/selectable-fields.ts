import { WatchqlError } from '../base/errors.ts'
import { parsePath } from './path.ts'
import { and, or, value, type Path, type Predicate } from './predicate.ts'
import type { GroupKind } from './resource.ts'

/**
 * Where a selectable field of the API server is more than the text at its path: another place,
 * or what stands for it when it is absent (Go's zero value, printed). Facts from the strategies
 * of the built-in kinds in kubernetes/kubernetes, pkg/registry.
 */
const special: Readonly<Record<string, Readonly<Record<string, { readonly path?: string; readonly absent?: string }>>>> = {
  '/Pod': {
    'spec.host': { path: 'spec.nodeName' },
    'spec.hostNetwork': { absent: 'false' },
  },
  '/Node': { 'spec.unschedulable': { absent: 'false' } },
  '/ReplicationController': { 'status.replicas': { absent: '0' } },
  'batch/Job': { 'status.successful': { path: 'status.succeeded', absent: '0' } },
}

/** The fields by which API servers of every supported version can select, beside name and namespace, where they are no more than the text at their path. */
export const selectableFields: Readonly<Record<string, readonly string[]>> = {
  '/Pod': ['spec.nodeName', 'spec.restartPolicy', 'spec.schedulerName', 'spec.serviceAccountName', 'status.phase', 'status.podIP', 'status.nominatedNodeName'],
  '/Event': ['involvedObject.kind', 'involvedObject.namespace', 'involvedObject.name', 'involvedObject.uid', 'involvedObject.apiVersion', 'involvedObject.resourceVersion', 'involvedObject.fieldPath', 'reason', 'type'],
  '/Namespace': ['status.phase'],
  '/Secret': ['type'],
}

/** Whether the API server can select by this field, and finds the objects that have the text at this path. */
export function isSelectable({ group, kind }: GroupKind, path: string): boolean {
  return path === 'metadata.name' || (selectableFields[`${group}/${kind}`] ?? []).includes(path)
}

/** Holds for the objects whose field the API server would find equal to the text. */
export function fieldEquals(kind: GroupKind, field: string, text: string): Predicate {
  if (kind.group === '' && kind.kind === 'Event' && field === 'source') return eventSourceEquals(text)
  const { path = field, absent = '' } = special[`${kind.group}/${kind.kind}`]?.[field] ?? {}
  return textAt(pathOf(path), text, absent)
}

/** An event's source is the component that reported it, under its older or its newer name. */
function eventSourceEquals(text: string): Predicate {
  const source = (wanted: string) => textAt(['source', 'component'], wanted, '')
  const reporter = textAt(['reportingComponent'], text, '')
  return text === '' ? and([source(''), reporter]) : or([source(text), and([source(''), reporter])])
}

function textAt(path: Path, text: string, absent: string): Predicate {
  // Names are always there as text, so that an index can answer.
  if (path.length === 2 && path[0] === 'metadata' && path[1] === 'name') return value(path, { test: 'in', values: [text] })
  return value(path, { test: 'text', value: text, absent })
}

function pathOf(field: string): Path {
  try {
    return parsePath(field)
  } catch (error) {
    throw new WatchqlError('INVALID_SELECTOR', `The field selector names ${JSON.stringify(field)}, which is no path to a field.`, { cause: error })
  }
}
