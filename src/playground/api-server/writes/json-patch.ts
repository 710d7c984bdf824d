import { isDeepStrictEqual } from 'node:util'
import { memberOf } from '../../../base/member-of.ts'
import { isObject, setMember } from './members.ts'

interface Operation {
  readonly op: string
  readonly path: string
  readonly from?: string
  readonly value?: unknown
}

/** RFC 6902. Throws an Error that says which operation cannot be done; the document stays as it was. */
export function jsonPatch(document: unknown, operations: unknown): unknown {
  if (!Array.isArray(operations)) throw new Error('a JSON patch is a list of operations')
  return (operations as Operation[]).reduce(apply, document)
}

function apply(document: unknown, operation: Operation): unknown {
  const path = pointer(operation.path)
  switch (operation.op) {
    case 'add':
      return put(document, path, operation.value, true)
    case 'replace':
      read(document, path)
      return put(document, path, operation.value, false)
    case 'remove':
      return remove(document, path)
    case 'copy':
      return put(document, path, read(document, pointer(operation.from)), true)
    case 'move': {
      const from = pointer(operation.from)
      return put(remove(document, from), path, read(document, from), true)
    }
    case 'test':
      if (!isDeepStrictEqual(read(document, path), operation.value)) throw new Error(`the test at ${operation.path} fails`)
      return document
    default:
      throw new Error(`unknown operation ${JSON.stringify(operation.op)}`)
  }
}

/** RFC 6901. */
function pointer(text: unknown): string[] {
  if (typeof text !== 'string' || (text !== '' && !text.startsWith('/'))) throw new Error(`not a JSON pointer: ${JSON.stringify(text)}`)
  return text.split('/').slice(1).map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'))
}

function read(document: unknown, path: readonly string[]): unknown {
  return path.reduce((value, token) => {
    if (Array.isArray(value)) return value[indexIn(value, token, value.length - 1)] as unknown
    if (isObject(value) && Object.hasOwn(value, token)) return value[token]
    throw new Error(`nothing at /${path.join('/')}`)
  }, document)
}

function put(document: unknown, path: readonly string[], value: unknown, insert: boolean): unknown {
  return change(document, path, value, (list, index) => list.splice(index, insert ? 0 : 1, value), (object, name) => setMember(object, name, value))
}

function remove(document: unknown, path: readonly string[]): unknown {
  read(document, path)
  return change(document, path, undefined, (list, index) => list.splice(index, 1), (object, name) => delete object[name])
}

function change(
  document: unknown,
  path: readonly string[],
  whole: unknown,
  inList: (list: unknown[], index: number) => void,
  inObject: (object: Record<string, unknown>, name: string) => void,
): unknown {
  const [token, ...rest] = path
  if (token === undefined) return whole
  if (Array.isArray(document)) {
    const list = [...(document as unknown[])]
    const index = token === '-' ? list.length : indexIn(list, token, rest.length === 0 ? list.length : list.length - 1)
    if (rest.length === 0) inList(list, index)
    else list[index] = change(list[index], rest, whole, inList, inObject)
    return list
  }
  if (!isObject(document)) throw new Error(`nothing to hold ${JSON.stringify(token)}`)
  const object: Record<string, unknown> = { ...document }
  if (rest.length === 0) inObject(object, token)
  else setMember(object, token, change(memberOf(object, token), rest, whole, inList, inObject))
  return object
}

function indexIn(list: readonly unknown[], token: string, last: number): number {
  const index = /^(0|[1-9]\d*)$/.test(token) ? Number(token) : -1
  if (index < 0 || index > last) throw new Error(`no element ${JSON.stringify(token)} in a list of ${list.length}`)
  return index
}
