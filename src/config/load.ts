import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { WatchqlError } from '../base/errors.ts'
import { completeConfig, type CompletionContext } from './complete.ts'
import { expandHome } from './connection.ts'
import { invalidConfig } from './mistakes.ts'
import type { Config } from './options.ts'
import { findSchemaMistakes } from './validate.ts'

export interface LoadContext extends CompletionContext {
  /** What `--config` named. */
  readonly file?: string
  /** Where a relative path begins. */
  readonly folder: string
}

export interface LoadedConfig {
  readonly config: Config
  /** The file, or `the defaults`. */
  readonly source: string
}

const standardFile = './config.json'

/**
 * Finds, reads and checks the configuration: `--config`, else CONFIG_FILE_PATH, else
 * ./config.json where there is one, else the defaults. Throws UNREADABLE_FILE, or
 * INVALID_CONFIG with every mistake in the document.
 */
export async function loadConfig(context: LoadContext): Promise<LoadedConfig> {
  const named = context.file ?? (context.env['CONFIG_FILE_PATH'] || undefined)
  const file = resolve(context.folder, expandHome(named ?? standardFile, context.home))
  if (named === undefined && !existsSync(file)) return { config: parseConfig('{}', 'the defaults', context), source: 'the defaults' }
  return { config: parseConfig(await read(file), file, context), source: file }
}

/** Parses and checks the text of a configuration, JSON or YAML. */
export function parseConfig(text: string, source: string, context: CompletionContext): Config {
  const document = parse(text, source) ?? {}
  const schemaMistakes = findSchemaMistakes(document)
  // What the schema refuses has not the shape that completion reads.
  if (schemaMistakes.length > 0) throw invalidConfig(source, schemaMistakes)
  const { config, mistakes } = completeConfig(document, context)
  if (mistakes.length > 0) throw invalidConfig(source, mistakes)
  return deepFreeze(config)
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message
    throw new WatchqlError('UNREADABLE_FILE', `Cannot read the configuration ${file}: ${reason}.`, { cause: error })
  }
}

/** YAML 1.2 holds JSON. */
function parse(text: string, source: string): unknown {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
  if (document.errors.length > 0)
    throw invalidConfig(
      source,
      document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0])
        return { path: `line ${line}, column ${col}`, message: error.message }
      }),
    )
  return document.toJS({ maxAliasCount: 100 })
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
