import { constants, existsSync } from 'node:fs'
import { access, readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { WatchqlError } from '../base/errors.ts'
import { completeConfig, type Completion } from './complete.ts'
import type { CompletionContext } from './context.ts'
import { expandHome, filesOf } from './connection.ts'
import { invalidConfig, type ConfigMistake } from './mistakes.ts'
import type { Config } from './options.ts'
import { parseText } from './parse-text.ts'
import { isInside } from './paths.ts'
import { checkSchema } from './validate.ts'

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
  /** What works, but hardly as it was meant; for the log. */
  readonly warnings: readonly ConfigMistake[]
}

const standardFile = './config.json'
const maxFileBytes = 4 * 1024 * 1024

/**
 * Finds, reads and checks the configuration: `--config`, else CONFIG_FILE_PATH, else
 * ./config.json where there is one, else the defaults. Throws UNREADABLE_FILE, or
 * INVALID_CONFIG with every mistake in the document and every file it names that cannot be read.
 */
export async function loadConfig(context: LoadContext): Promise<LoadedConfig> {
  const named = context.file ?? (context.env['CONFIG_FILE_PATH'] || undefined)
  const file = resolve(context.folder, expandHome(named ?? standardFile, context.home))
  const standard = named === undefined && !existsSync(file)
  const source = standard ? 'the defaults' : file
  const { config, mistakes, warnings } = examine(standard ? '{}' : await read(file), source, context)
  const all = [...mistakes, ...(await findUnreadableFiles(config, mistakes))]
  if (all.length > 0) throw invalidConfig(source, all)
  return { config: deepFreeze(config), source, warnings }
}

/** Checks the text of a configuration, JSON or YAML, without looking at the files that it names. Throws INVALID_CONFIG. */
export function parseConfig(text: string, source: string, context: CompletionContext): Config {
  const { config, mistakes } = examine(text, source, context)
  if (mistakes.length > 0) throw invalidConfig(source, mistakes)
  return deepFreeze(config)
}

function examine(text: string, source: string, context: CompletionContext): Completion {
  const { mistakes, sound } = checkSchema(parseText(text, source))
  const completion = completeConfig(sound, context)
  // What is left out because of one mistake must not be reported as missing.
  const further = completion.mistakes.filter(({ path }) => !mistakes.some((known) => isInside(path, known.path)))
  return { ...completion, mistakes: [...mistakes, ...further] }
}

async function findUnreadableFiles(config: Config, mistakes: readonly ConfigMistake[]): Promise<ConfigMistake[]> {
  const found = await Promise.all(
    filesOf(config.cluster.connection).map(async ({ key, file }) => {
      const path = `k8sClientConfig.${key}`
      if (mistakes.some((mistake) => mistake.path === path)) return []
      return access(file, constants.R_OK).then(
        () => [],
        (error: unknown) => [{ path, message: `names ${file}, which cannot be read: ${reasonOf(error)}` }],
      )
    }),
  )
  return found.flat()
}

async function read(file: string): Promise<string> {
  try {
    const { size } = await stat(file)
    if (size > maxFileBytes) throw new Error(`it has ${size} bytes, and a configuration has at most ${maxFileBytes}`)
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new WatchqlError('UNREADABLE_FILE', `Cannot read the configuration ${file}: ${reasonOf(error)}.`, { cause: error })
  }
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT') return 'there is no such file'
  return code === 'EACCES' ? 'this user may not read it' : message
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
