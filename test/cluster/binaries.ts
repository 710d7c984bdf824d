import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { buildBinaries, findCache, isBuilt } from './build.ts'

export const basePrograms = ['etcd', 'kube-apiserver', 'kubectl'] as const
export const controllerPrograms = ['kube-controller-manager', 'kube-scheduler'] as const
export const allPrograms = [...basePrograms, ...controllerPrograms, 'kwok'] as const
export type ProgramName = (typeof allPrograms)[number]

/** The programs of one control plane. */
export interface Binaries {
  /** Where they come from, for people. */
  readonly source: string
  /** Throws for a program that was not asked for. */
  path(program: ProgramName): string
}

/** kwok does nothing without these files; they must lie beside its binary. */
export function kwokStages(binaries: Binaries): string {
  return stagesBeside(binaries.path('kwok'))
}

/**
 * Finds every needed program in one place: KUBEBUILDER_ASSETS, then PATH, then the cache,
 * which is filled by compiling with Go when it is empty. Programs of several places are
 * never mixed: versions that were not meant for each other fail in ways that mislead.
 */
export async function findBinaries(needed: readonly ProgramName[], report: (line: string) => void): Promise<Binaries> {
  const assets = process.env['KUBEBUILDER_ASSETS']
  const places: [source: string, folders: string[]][] = [
    ['PATH', (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '')],
  ]
  if (assets !== undefined && assets !== '') places.unshift(['KUBEBUILDER_ASSETS', [assets]])

  const looked: string[] = []
  for (const [source, folders] of places) {
    const { found, missing } = await locate(needed, folders)
    if (missing.length === 0) return binaries(`${source} (${[...new Set([...found.values()].map((path) => dirname(path)))].join(', ')})`, found)
    looked.push(`${source} lacks ${missing.join(', ')}`)
  }

  const cache = await findCache()
  if (!(await isBuilt(cache))) {
    try {
      await buildBinaries(cache, report)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new Error(
        `The control plane needs ${needed.join(', ')}. ${looked.join('; ')}; and compiling them into ${cache} failed: ${reason}\n` +
          'Either install Go (https://go.dev/dl) so that they can be compiled once, or set KUBEBUILDER_ASSETS to a folder that has them ' +
          '(for kwok with its stage files in a folder "kwok-stages" beside it).',
        { cause: error },
      )
    }
  }
  const { found, missing } = await locate(needed, [cache])
  if (missing.length > 0) throw new Error(`${cache} lacks ${missing.join(', ')}: remove that folder, so that it is built again`)
  return binaries(cache, found)
}

/** Whether a control plane can be had here at all: its programs are there, or Go to compile them. */
export async function canStart(): Promise<boolean> {
  const folders = [...(process.env['KUBEBUILDER_ASSETS'] ?? '').split(delimiter), ...(process.env['PATH'] ?? '').split(delimiter)].filter((folder) => folder !== '')
  if ((await locate(basePrograms, folders)).missing.length === 0 || (await isBuilt(await findCache()))) return true
  return (await Promise.all(folders.map((folder) => usable(join(folder, 'go'))))).includes(true)
}

async function locate(needed: readonly ProgramName[], folders: readonly string[]) {
  const found = new Map<ProgramName, string>()
  for (const program of needed) {
    for (const folder of folders) {
      const path = join(folder, program)
      if ((await usable(path)) && (program !== 'kwok' || (await usable(stagesBeside(path))))) {
        found.set(program, path)
        break
      }
    }
  }
  return { found, missing: needed.filter((program) => !found.has(program)) }
}

const stagesBeside = (kwok: string) => join(dirname(kwok), 'kwok-stages')

const usable = (path: string) => access(path, constants.X_OK).then(
  () => true,
  () => false,
)

function binaries(source: string, found: ReadonlyMap<ProgramName, string>): Binaries {
  return {
    source,
    path(program) {
      const path = found.get(program)
      if (path === undefined) throw new Error(`${program} is not part of this control plane: it was started without it`)
      return path
    },
  }
}
