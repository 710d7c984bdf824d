import { existsSync, globSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/config/load.ts'
import type { Config } from '../../../src/config/options.ts'

const root = join(import.meta.dirname, '../../..')
const files = globSync('k8s/**/*.yaml', { cwd: root }).toSorted()

interface Container {
  readonly args?: readonly string[]
  readonly image?: string
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly resources?: { readonly requests?: object; readonly limits?: object }
  readonly securityContext?: object
  readonly startupProbe?: Probe
  readonly livenessProbe?: Probe
  readonly readinessProbe?: Probe
}
interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string }
}
interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}
interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly rules?: readonly Rule[]
  readonly spec?: { readonly template?: { readonly spec: { readonly containers?: readonly Container[]; readonly initContainers?: readonly Container[]; readonly securityContext?: object } }; readonly ports?: readonly { readonly targetPort?: string }[] }
}
interface Kustomization {
  readonly kind: 'Kustomization' | 'Component'
  readonly resources?: readonly string[]
  readonly components?: readonly string[]
  readonly patches?: readonly { readonly path?: string }[]
  readonly configMapGenerator?: readonly { readonly name: string; readonly files: readonly string[] }[]
}

const documents = (file: string) =>
  parseAllDocuments(readFileSync(join(root, file), 'utf8')).map((document) => {
    expect(document.errors).toEqual([])
    return document.toJS() as unknown
  })
const kustomizations = files.filter((file) => file.endsWith('/kustomization.yaml'))
const configs = files.filter((file) => file.endsWith('/config.yaml'))
const manifests = files.filter((file) => !kustomizations.includes(file) && !configs.includes(file)).flatMap((file) => documents(file) as Manifest[])
const configOf = (file: string): Config => parseConfig(readFileSync(join(root, file), 'utf8'), file, { env: {}, home: '/' })
/** Patches of a pod leave out what they do not change. */
const isWhole = ({ image }: Container) => image !== undefined
const podSpecs = manifests.flatMap(({ spec }) => (spec?.template === undefined ? [] : [spec.template.spec])).filter(({ containers = [], initContainers = [] }) => [...containers, ...initContainers].every(isWhole))
const containers = podSpecs.flatMap((spec) => [...(spec.containers ?? []), ...(spec.initContainers ?? [])])
const gateways = containers.filter(({ args }) => args?.[0] === 'serve')

describe('the manifests in k8s/', () => {
  it('were found', () => {
    expect(kustomizations.length).toBeGreaterThanOrEqual(8)
    expect(configs).toEqual(['k8s/base/config.yaml', 'k8s/namespace-scoped/config.yaml', 'k8s/sidecar/example/config.yaml'])
    expect(gateways).toHaveLength(2)
  })

  it.each(kustomizations)('%s names files and folders that are there, each of the kind that it should be', (file) => {
    const { resources = [], components = [], patches = [], configMapGenerator = [] } = documents(file)[0] as Kustomization
    const generated = configMapGenerator.flatMap((generator) => generator.files)
    for (const name of [...resources, ...components, ...patches.flatMap(({ path }) => path ?? []), ...generated]) {
      const path = join(root, dirname(file), name)
      expect(existsSync(path), `${name} in ${file}`).toBe(true)
      if (!statSync(path).isDirectory()) continue
      const { kind } = documents(relative(root, join(path, 'kustomization.yaml')))[0] as Kustomization
      expect(kind).toBe(components.includes(name) ? 'Component' : 'Kustomization')
    }
  })

  it('are all used by some kustomization', () => {
    const namedBy = (file: string) => {
      const { resources = [], patches = [], configMapGenerator = [] } = documents(file)[0] as Kustomization
      return [...resources, ...patches.flatMap(({ path }) => path ?? []), ...configMapGenerator.flatMap((generator) => generator.files)].map((name) => join(dirname(file), name))
    }
    const used = new Set(kustomizations.flatMap(namedBy))
    expect(files.filter((file) => !kustomizations.includes(file) && !used.has(file))).toEqual([])
  })

  it.each(configs)('%s is a configuration that holds, for a pod', (file) => {
    const config = configOf(file)
    expect(config.cluster.connection).toEqual({ type: 'inCluster' })
    expect(config.watch.resources.length).toBeGreaterThan(0)
  })

  it('listen where their probes and the Service look', () => {
    const [wide, beside] = [configOf('k8s/base/config.yaml'), configOf('k8s/sidecar/example/config.yaml')]
    const gateway = gateways.find(({ ports }) => ports?.length === 2)
    expect(wide.listen.address).toBe('0.0.0.0')
    expect(wide.admin?.address).toBe('0.0.0.0')
    expect({ ...configOf('k8s/namespace-scoped/config.yaml'), watch: wide.watch }).toEqual(wide)
    expect(gateway?.ports).toEqual([{ name: 'http', containerPort: wide.listen.port }, { name: 'admin', containerPort: wide.admin?.port }])
    expect([gateway?.startupProbe, gateway?.livenessProbe, gateway?.readinessProbe].map((probe) => probe?.httpGet)).toEqual(['/healthz', '/healthz', '/readyz'].map((path) => ({ path, port: 'admin' })))
    expect(manifests.find(({ kind }) => kind === 'Service')?.spec?.ports?.[0]?.targetPort).toBe('http')

    const sidecar = gateways.find(({ ports }) => ports?.length === 1)
    expect(beside.listen.address).toBe('127.0.0.1')
    expect(sidecar?.ports).toEqual([{ name: 'watchql-admin', containerPort: beside.admin?.port }])
    expect([sidecar?.startupProbe, sidecar?.livenessProbe].map((probe) => probe?.httpGet)).toEqual(['/readyz', '/healthz'].map((path) => ({ path, port: 'watchql-admin' })))
  })

  it('run without rights that they do not need, within limits', () => {
    for (const container of containers) {
      expect(container.securityContext).toMatchObject({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } })
      expect(container.resources).toMatchObject({ requests: { cpu: expect.any(String) as string, memory: expect.any(String) as string }, limits: { memory: expect.any(String) as string } })
      expect(container.image).toBe('watchql:0.1.0')
    }
    for (const spec of podSpecs.filter(({ containers }) => containers !== undefined)) expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } })
  })

  it('give leave to read what the configurations watch, and never to write or to read Secrets', () => {
    const allRules = manifests.flatMap(({ rules = [] }) => rules)
    expect(allRules.flatMap(({ verbs }) => verbs).filter((verb) => !['list', 'watch'].includes(verb))).toEqual([])
    expect(allRules.filter(({ apiGroups, resources }) => apiGroups.includes('*') || resources.includes('secrets') || resources.includes('*'))).toEqual([])
    for (const [file, role] of [['k8s/base/config.yaml', 'watchql-reads-kubernetes'], ['k8s/namespace-scoped/config.yaml', 'watchql'], ['k8s/sidecar/example/config.yaml', 'app-reads']] as const) {
      const rules = manifests.find(({ kind, metadata, rules }) => kind.endsWith('Role') && metadata.name === role && rules?.length !== 0)?.rules ?? []
      const readable = (group: string, kind: string) => rules.some(({ apiGroups, resources }) => apiGroups.includes(group) && resources.some((plural) => [`${kind}s`, `${kind}es`, kind.replace(/y$/, 'ies')].includes(plural)))
      const unreadable = configOf(file).watch.resources.filter(({ kind }) => !readable(kind.group, kind.kind.toLowerCase()))
      expect(unreadable).toEqual([])
    }
  })
})
