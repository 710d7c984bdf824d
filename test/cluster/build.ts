import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cp, mkdir, mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { withLock } from './lock.ts'

/**
 * Compiles the control plane from Go modules. The versions are those of the go.mod files in
 * control-plane/: raise them there (Kubernetes and its `replace` lines together), run
 * `go mod tidy` in each folder, and the next start builds the new ones.
 */
const modules = join(import.meta.dirname, 'control-plane')
const moduleFolders = { kubernetes: modules, etcd: join(modules, 'etcd'), kwok: join(modules, 'kwok') }

/** Raised when the way of building changes what comes out. */
const recipe = 1

const stages = ['node/fast/node-initialize.yaml', 'node/heartbeat-with-lease/node-heartbeat-with-lease.yaml', 'pod/fast/pod-ready.yaml', 'pod/fast/pod-complete.yaml', 'pod/fast/pod-delete.yaml']

/** The folder for what these go.mod files build: outside the checkout, so that every checkout and branch shares it. */
export async function findCache(): Promise<string> {
  const root = process.env['WATCHQL_CLUSTER_CACHE'] ?? join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'watchql', 'control-plane')
  const hash = createHash('sha256').update(JSON.stringify([recipe, process.platform, process.arch]))
  for (const folder of Object.values(moduleFolders)) {
    for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(folder, file)))
  }
  return join(root, hash.digest('hex').slice(0, 16))
}

/** A cache folder appears under its name only when it is complete. */
export const isBuilt = (cache: string): Promise<boolean> => stat(cache).then(
  () => true,
  () => false,
)

/** Several processes may call this at once: one builds, the others wait for it. The lock only saves work; the rename makes it safe. */
export async function buildBinaries(cache: string, report: (line: string) => void): Promise<void> {
  await mkdir(dirname(cache), { recursive: true })
  await withLock(`${cache}.lock`, (holder) => report(`Waiting for process ${holder}, which is compiling the control plane`), async () => {
    if (await isBuilt(cache)) return
    const work = await mkdtemp(`${cache}.building-`)
    try {
      await compile(work, report)
      await rename(work, cache).catch(async (error: unknown) => {
        if (!(await isBuilt(cache))) throw error
      })
    } finally {
      await rm(work, { recursive: true, force: true })
    }
    report(`The control plane is compiled and kept in ${cache}`)
  })
}

async function compile(target: string, report: (line: string) => void): Promise<void> {
  const goMod = await readFile(join(moduleFolders.kubernetes, 'go.mod'), 'utf8')
  const [, version, major, minor] = /k8s\.io\/kubernetes (v(\d+)\.(\d+)\.\S+)/.exec(goMod) ?? []
  if (version === undefined) throw new Error(`${join(moduleFolders.kubernetes, 'go.mod')} does not require k8s.io/kubernetes`)
  // Without these the server calls itself v0.0.0, and clients switch features off.
  const stamps = Object.entries({ gitVersion: version, gitMajor: major, gitMinor: minor })
    .map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`)
    .join(' ')

  report(`Compiling Kubernetes ${version}, etcd and kwok with Go, once: this takes 1 to 10 minutes and 5 GB of Go's build cache`)
  await goBuild(`Kubernetes ${version}`, moduleFolders.kubernetes, ['-ldflags', `-s -w ${stamps}`, '-o', `${target}/`, 'tool'], report)
  await goBuild('etcd', moduleFolders.etcd, ['-ldflags', '-s -w', '-o', join(target, 'etcd'), 'go.etcd.io/etcd/server/v3'], report)
  await goBuild('kwok', moduleFolders.kwok, ['-ldflags', '-s -w', '-o', join(target, 'kwok'), 'sigs.k8s.io/kwok/cmd/kwok'], report)

  const kwokSources = (await go(moduleFolders.kwok, ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'])).trim()
  for (const stage of stages) {
    await cp(join(kwokSources, 'kustomize', 'stage', stage), join(target, 'kwok-stages', stage.replaceAll('/', '-')), { recursive: true })
  }
}

async function goBuild(what: string, folder: string, args: readonly string[], report: (line: string) => void): Promise<void> {
  const started = Date.now()
  const seconds = () => Math.round((Date.now() - started) / 1000)
  let packages = 0
  const progress = setInterval(() => report(`  ${what}: ${packages} packages compiled in ${seconds()} s`), 10_000)
  try {
    await go(folder, ['build', '-v', '-trimpath', '-buildvcs=false', ...args], () => packages++)
  } finally {
    clearInterval(progress)
  }
  report(`  ${what}: done in ${seconds()} s`)
}

/** Runs Go and returns what it printed; each line that it prints for people goes to the callback. */
async function go(folder: string, args: readonly string[], onLine: (line: string) => void = () => undefined): Promise<string> {
  // Static programs, whatever the machine: no C compiler, and none of the caller's workspaces and flags.
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '' }
  const child = spawn('go', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve)).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? new Error('Go is not installed (no "go" on PATH)') : error
  })
  const lastLines: string[] = []
  createInterface(child.stderr).on('line', (line) => {
    lastLines.push(line)
    if (lastLines.length > 20) lastLines.shift()
    onLine(line)
  })
  const [code, output] = await Promise.all([ended, text(child.stdout)])
  if (code !== 0) throw new Error(`"go ${args.join(' ')}" in ${folder} ended with ${code}:\n${lastLines.join('\n')}`)
  return output
}
