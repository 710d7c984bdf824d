import { extname } from 'node:path'
import { parseDocument } from 'yaml'
import { findJsonMistake, type SyntaxMistake } from './json-syntax.ts'
import { invalidConfig } from './mistakes.ts'

/** One slip often shows in many places; the first ones tell. */
const shownSyntaxMistakes = 5

/**
 * Reads JSON or YAML 1.2: by the file's extension, else JSON where the text begins with `{`.
 * An empty text is an empty document. Throws INVALID_CONFIG with the line and column.
 */
export function parseText(text: string, source: string): unknown {
  const content = text.replace(/^\uFEFF/, '')
  if (content.trim() === '') return {}
  return isJson(content, source) ? parseJson(content, source) : (parseYaml(content, source) ?? {})
}

function isJson(text: string, source: string): boolean {
  const extension = extname(source).toLowerCase()
  return extension === '.json' || (!['.yaml', '.yml'].includes(extension) && text.trimStart().startsWith('{'))
}

function parseJson(text: string, source: string): unknown {
  // YAML would take JSON too, but makes something unexpected of JSON with a missing comma.
  const mistake = findJsonMistake(text)
  if (mistake !== undefined) throw syntaxMistakes(text, source, [mistake])
  return JSON.parse(text)
}

function parseYaml(text: string, source: string): unknown {
  const document = parseDocument(text, { prettyErrors: false, uniqueKeys: true, stringKeys: true, resolveKnownTags: false, logLevel: 'error' })
  const wrong = [...document.errors, ...document.warnings]
  if (wrong.length > 0)
    throw syntaxMistakes(
      text,
      source,
      wrong.map((error) => ({ offset: error.pos[0], message: error.message })),
    )
  try {
    const value: unknown = document.toJS({ maxAliasCount: 100 })
    // An alias inside what it names would send every reader in circles.
    JSON.stringify(value)
    return value
  } catch {
    throw invalidConfig(source, [{ path: '', message: 'uses YAML aliases in circles or too many times' }])
  }
}

function syntaxMistakes(text: string, source: string, mistakes: readonly SyntaxMistake[]) {
  return invalidConfig(
    source,
    mistakes.slice(0, shownSyntaxMistakes).map(({ offset, message }) => {
      const before = text.slice(0, offset)
      return { path: `line ${before.split('\n').length}, column ${offset - before.lastIndexOf('\n')}`, message }
    }),
  )
}
