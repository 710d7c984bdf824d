import { WatchqlError } from '../base/errors.ts'
import type { Json } from './json.ts'
import type { Path } from './predicate.ts'

const maxPathLength = 1024
const name = /[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff-]*/y
const index = /-?(?:0|[1-9][0-9]*)/y

/**
 * Parses a singular query of RFC 9535 without its leading `$`: `spec.replicas`,
 * `metadata.labels['app.kubernetes.io/name']`, `spec.containers[0].image`. A leading `$`, `$.`
 * or `.` is accepted. The empty path is the value itself. Throws INVALID_PATH.
 */
export function parsePath(text: string): Path {
  if (text.length > maxPathLength) throw new WatchqlError('INVALID_PATH', `A path may have ${maxPathLength} characters; this one has ${text.length}.`)
  const path: (string | number)[] = []
  let at = text.startsWith('$') ? 1 : 0
  const bare = at === 0 && !text.startsWith('.') && !text.startsWith('[')
  while (at < text.length) {
    if (text[at] === '[') {
      const [segment, end] = bracketed(text, at + 1)
      path.push(segment)
      at = end
    } else {
      if (text[at] === '.') at += 1
      else if (!(bare && path.length === 0)) throw invalid(text, at, '"." or "[" was expected')
      const found = match(name, text, at)
      if (found === '') throw invalid(text, at, "a name was expected; a key with other characters is written ['like/this']")
      path.push(found)
      at += found.length
    }
  }
  return path
}

/** The text that `parsePath` reads as this path. */
export function formatPath(path: Path): string {
  return path
    .map((segment, i) => {
      if (typeof segment === 'number') return `[${segment}]`
      if (match(name, segment, 0) === segment && segment !== '') return i === 0 ? segment : `.${segment}`
      return `['${escapeName(segment)}']`
    })
    .join('')
}

/** The value at a path, or undefined where the path leads nowhere. Own members only; a negative index counts from the end. */
export function readPath(value: Json | undefined, path: Path): Json | undefined {
  let at: Json | undefined = value
  for (const segment of path) {
    if (typeof at !== 'object' || at === null) return undefined
    if (typeof segment === 'number') {
      if (!Array.isArray(at)) return undefined
      at = (at as readonly Json[]).at(segment)
    } else {
      if (Array.isArray(at) || !Object.hasOwn(at, segment)) return undefined
      at = (at as { readonly [key: string]: Json | undefined })[segment]
    }
  }
  return at
}

/** A scalar at a path as text, numbers and booleans too; undefined where there is none. Whoever looks values up by it tests what is found. */
export function scalarTextAt(value: Json | undefined, path: Path): string | undefined {
  const found = readPath(value, path)
  return found === undefined || found === null || typeof found === 'object' ? undefined : String(found)
}

function bracketed(text: string, start: number): [string | number, number] {
  const quote = text[start]
  if (quote !== "'" && quote !== '"') {
    const digits = match(index, text, start)
    const end = start + digits.length
    if (digits === '' || digits === '-0') throw invalid(text, start, "an index or a quoted name was expected inside []")
    if (!Number.isSafeInteger(Number(digits))) throw invalid(text, start, 'an index has up to 53 bits')
    if (text[end] !== ']') throw invalid(text, end, '"]" was expected')
    return [Number(digits), end + 1]
  }
  let content = ''
  let at = start + 1
  while (text[at] !== quote) {
    if (at >= text.length) throw invalid(text, start, 'this quote is never closed')
    if (text[at] === '\\') {
      const [character, end] = escape(text, at + 1, quote)
      content += character
      at = end
    } else {
      content += text[at] as string
      at += 1
    }
  }
  if (text[at + 1] !== ']') throw invalid(text, at + 1, '"]" was expected')
  return [content, at + 2]
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '/': '/', '\\': '\\' }

function escape(text: string, at: number, quote: string): [string, number] {
  const letter = text[at] ?? ''
  if (letter === quote) return [quote, at + 1]
  if (letter === 'u') {
    const code = text.slice(at + 1, at + 5)
    if (!/^[0-9a-fA-F]{4}$/.test(code)) throw invalid(text, at, 'four hexadecimal digits were expected after \\u')
    return [String.fromCharCode(Number.parseInt(code, 16)), at + 5]
  }
  const character = Object.hasOwn(escapes, letter) ? escapes[letter] : undefined
  if (character === undefined) throw invalid(text, at, `\\${letter} is no escape`)
  return [character, at + 1]
}

function escapeName(text: string): string {
  return text.replace(/[\\'\u0000-\u001f]/g, (character) =>
    character === '\\' || character === "'" ? `\\${character}` : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function match(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

function invalid(text: string, at: number, why: string): WatchqlError {
  return new WatchqlError('INVALID_PATH', `The path ${JSON.stringify(text)} is not valid at character ${at + 1}: ${why}.`, { details: { path: text, position: at + 1 } })
}
