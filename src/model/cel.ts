import { celEnv, isCelError, parse, plan } from '@bufbuild/cel'
import { strings } from '@bufbuild/cel/ext'
import { WatchqlError } from '../base/errors.ts'
import type { ChangeType } from './change.ts'
import type { KubeObject } from './object.ts'

/** What an expression may read, by these names. */
export interface CelInput {
  readonly type: ChangeType
  readonly object: KubeObject
  /** `null` in the expression where there is none. */
  readonly oldObject?: KubeObject | undefined
}

/** An expression that reads what is not there has no value, as in Kubernetes; that is told, and counts as not holding. */
export type CelTest = (input: CelInput) => boolean

const names: ReadonlySet<string> = new Set(['object', 'oldObject', 'type'])
/** Types, which expressions may compare with. */
const typeNames: ReadonlySet<string> = new Set(['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'uint'])

const maxLength = 4096
/** Macros such as `exists` go through lists: within each other they multiply. */
const maxNestedMacros = 2

/**
 * Compiles an expression of the Common Expression Language (https://github.com/google/cel-spec)
 * with its strings extension. Numbers of objects are doubles: `int(object.spec.replicas) % 2`.
 * Throws INVALID_FILTER, with the reason; the place is `where`.
 */
export function compileCel(text: string, where: string): CelTest {
  const wrong = (reason: string, cause?: unknown) => new WatchqlError('INVALID_FILTER', `${where} is no expression that can be used: ${reason}`, { ...(cause === undefined ? {} : { cause }), details: { where } })
  if (text.length > maxLength) throw wrong(`it has ${text.length} characters, of at most ${maxLength}.`)
  const parsed = attempt(() => parse(text), (error) => wrong(readable(error), error))
  const mistake = mistakeIn(parsed.expr, names, 0)
  if (mistake !== undefined) throw wrong(mistake)
  const evaluate = attempt(() => plan(celEnv({ funcs: strings }), parsed), (error) => wrong(readable(error), error))
  return ({ type, object, oldObject }) => {
    const value = evaluate({ type, object, oldObject: oldObject ?? null } as never)
    return !isCelError(value) && value === true
  }
}

function attempt<T>(action: () => T, failed: (error: unknown) => WatchqlError): T {
  try {
    return action()
  } catch (error) {
    throw failed(error)
  }
}

function readable(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deeply.'
  return `${(error as Error).message.replace(/^<input>:/, '')}.`
}

interface Node {
  readonly exprKind?: { readonly case?: string; readonly value?: unknown }
}

/** What is wrong with an expression that can be read: a name that there is not, or macros too deep within each other. */
function mistakeIn(node: unknown, known: ReadonlySet<string>, macros: number): string | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  if (Array.isArray(node)) return firstOf(node, (element) => mistakeIn(element, known, macros))
  const { exprKind } = node as Node
  if (exprKind?.case === 'identExpr') {
    const { name } = exprKind.value as { readonly name: string }
    return known.has(name) || typeNames.has(name) ? undefined : `there is no ${name}; it can read ${[...names].join(', ')}.`
  }
  if (exprKind?.case === 'comprehensionExpr') {
    if (macros >= maxNestedMacros) return `macros may be nested ${maxNestedMacros} deep.`
    const { iterVar, iterVar2, accuVar } = exprKind.value as Record<'iterVar' | 'iterVar2' | 'accuVar', string>
    return membersOf(exprKind.value, new Set([...known, iterVar, iterVar2, accuVar]), macros + 1)
  }
  return membersOf(exprKind === undefined ? node : exprKind.value, known, macros)
}

function membersOf(node: unknown, known: ReadonlySet<string>, macros: number): string | undefined {
  return firstOf(Object.values(node as object), (member) => mistakeIn(member, known, macros))
}

function firstOf(values: readonly unknown[], find: (value: unknown) => string | undefined): string | undefined {
  for (const value of values) {
    const found = find(value)
    if (found !== undefined) return found
  }
  return undefined
}
