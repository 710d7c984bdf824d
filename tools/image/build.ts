import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, glob, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { parseDockerfile, readCommand, type Stage } from './dockerfile.ts'

/** The file set of an image, and how it is started. */
export interface Image {
  /** The folder that stands for `/`. */
  readonly root: string
  readonly baseImage: string
  readonly workdir: string
  readonly env: Readonly<Record<string, string>>
  readonly user: string
  readonly entrypoint: readonly string[]
  readonly command: readonly string[]
  readonly healthcheck: readonly string[]
}

interface BuildOptions {
  /** Where the Dockerfile and its .dockerignore are. */
  readonly context: string
  /** What is in it already goes. */
  readonly folder: string
  readonly report: (line: string) => void
}

/**
 * Does what the Dockerfile says without a container engine: each stage is a folder, what runs
 * runs here with this Node. It shows that the image's files are enough and what is among them;
 * the base image it does not have.
 */
export async function buildImage({ context, folder, report }: BuildOptions): Promise<Image> {
  await rm(folder, { recursive: true, force: true })
  const stages = parseDockerfile(await readFile(join(context, 'Dockerfile'), 'utf8'))
  const included = await readIgnore(context)
  let image: Image | undefined
  for (const stage of stages) {
    report(`stage ${stage.name}`)
    image = await buildStage(stage, { context, folder, included, report })
  }
  if (image === undefined) throw new Error('The Dockerfile has no stage.')
  return image
}

interface StageOptions extends BuildOptions {
  readonly included: readonly string[]
}

async function buildStage({ name, image, instructions }: Stage, { context, folder, included, report }: StageOptions): Promise<Image> {
  const root = join(folder, name)
  await mkdir(root, { recursive: true })
  const built = { root, baseImage: image, workdir: '/', env: {} as Record<string, string>, user: '', entrypoint: [] as readonly string[], command: [] as readonly string[], healthcheck: [] as readonly string[] }
  const here = (path: string) => join(root, resolve(built.workdir, path))
  for (const { name: instruction, text } of instructions) {
    report(`  ${instruction} ${text}`)
    switch (instruction) {
      case 'WORKDIR':
        built.workdir = resolve(built.workdir, text)
        await mkdir(here('.'), { recursive: true })
        break
      case 'ENV': {
        const [key = '', value = ''] = text.split('=')
        built.env[key] = value
        break
      }
      case 'COPY': {
        const [, from] = /^--from=(\S+)/.exec(text) ?? []
        const paths = text.split(/\s+/).filter((path) => !path.startsWith('--'))
        const to = here(paths.pop() ?? '.')
        for (const path of paths) await (from === undefined ? copyFromContext(context, included, path, to) : copyInto(join(folder, from, path), to))
        break
      }
      case 'RUN':
        await run(readCommand(text), here('.'), built.env)
        break
      case 'USER':
        built.user = text
        break
      case 'ENTRYPOINT':
        built.entrypoint = readCommand(text)
        break
      case 'CMD':
        built.command = readCommand(text)
        break
      case 'HEALTHCHECK':
        built.healthcheck = readCommand(text.slice(text.indexOf('CMD ') + 4))
        break
      case 'EXPOSE':
      case 'LABEL':
        break
      default:
        throw new Error(`${instruction} is not done here; teach tools/image/build.ts.`)
    }
  }
  return built
}

/** The names at the top of the context that .dockerignore lets through. It must shut out everything first. */
async function readIgnore(context: string): Promise<readonly string[]> {
  const [first, ...rest] = (await readFile(join(context, '.dockerignore'), 'utf8')).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  if (first !== '*' || rest.some((line) => !/^![\w.*-]+$/.test(line))) throw new Error('.dockerignore must begin with * and then name files and folders with !')
  return (await Promise.all(rest.map((line) => Array.fromAsync(glob(line.slice(1), { cwd: context }))))).flat()
}

async function copyFromContext(context: string, included: readonly string[], path: string, to: string): Promise<void> {
  if (path === '.') return void (await Promise.all(included.map((name) => cp(join(context, name), join(to, name), { recursive: true }))))
  for await (const name of glob(path, { cwd: context })) {
    if (!included.includes(name)) throw new Error(`${name} is copied, and .dockerignore leaves it out.`)
    await copyInto(join(context, name), to)
  }
}

/** A file goes into the folder, of a folder the contents do. */
async function copyInto(path: string, to: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory()
  await mkdir(to, { recursive: true })
  await cp(path, isFolder ? to : join(to, basename(path)), { recursive: true, verbatimSymlinks: true })
}

/** With this Node and the npm beside it, and no more of the surroundings than where packages come from. */
async function run([program = '', ...args]: readonly string[], cwd: string, env: Readonly<Record<string, string>>): Promise<void> {
  const surroundings = Object.fromEntries(Object.entries(process.env).filter(([name]) => name === 'HOME' || /^npm_config_|_(PROXY|CA_CERTS)$/i.test(name)))
  const path = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(':').filter((folder) => !folder.includes('node_modules'))].join(':')
  const child = spawn(program, args, { cwd, env: { ...surroundings, PATH: path, npm_config_prefer_offline: 'true', ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => (output += piece.toString()))
  const [code] = (await once(child, 'close')) as [number]
  if (code !== 0) throw new Error(`${[program, ...args].join(' ')} failed with ${code}:\n${output}`)
}
