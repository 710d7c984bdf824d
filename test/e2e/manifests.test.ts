import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { parseConfig } from '../../src/config/load.ts'
import { Api } from '../cluster/api.ts'
import { startControlPlane, type ControlPlane } from '../cluster/control-plane.ts'
import type { Manifest } from '../cluster/manifest.ts'
import { onControlPlane } from '../support/control-plane.ts'
import { eventually } from '../support/gateway.ts'
import { openOnPlane } from '../support/on-plane.ts'

const overlays = [
  { folder: 'cluster-wide', namespace: 'watchql', account: 'watchql', configMap: 'watchql', role: 'watchql-reads-kubernetes' },
  { folder: 'namespace-scoped', namespace: 'shop', account: 'watchql', configMap: 'watchql', role: 'watchql' },
  { folder: 'sidecar/example', namespace: 'shop', account: 'app', configMap: 'watchql-sidecar', role: 'app-reads' },
] as const
type Overlay = (typeof overlays)[number]

interface Rule {
  readonly apiGroups: readonly string[]
  readonly resources: readonly string[]
  readonly verbs: readonly string[]
}

let plane: ControlPlane
let api: Api

beforeAll(async () => {
  // With controllers: one of them collects the rules of the aggregated ClusterRole.
  plane = await startControlPlane({ kwok: false })
  api = plane.api()
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'watchql', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } })
  await api.create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } } })
}, 900_000)

afterAll(async () => {
  api?.close()
  await plane?.stop()
})

const render = ({ folder }: Overlay) => plane.kubectl(['kustomize', `k8s/${folder}`])
const documentsOf = async (overlay: Overlay) => parseAllDocuments(await render(overlay)).map((document) => document.toJS() as Manifest)
const rulesOf = async (overlay: Overlay) => (await documentsOf(overlay)).find(({ kind, metadata }) => kind.endsWith('Role') && metadata.name === overlay.role)?.['rules'] as readonly Rule[]

/** Its rights and its account, for as long as the test runs. */
async function grant(overlay: Overlay): Promise<string> {
  const rights = (await documentsOf(overlay)).filter(({ apiVersion, kind }) => apiVersion.startsWith('rbac.') || kind === 'ServiceAccount')
  await plane.kubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], { input: rights.map((right) => JSON.stringify(right)).join('\n---\n') })
  return tokenOf(overlay.namespace, overlay.account)
}

async function tokenOf(namespace: string, account: string): Promise<string> {
  const { status } = await api.send<Manifest>('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${account}/token`, { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 3600 } })
  return status.token
}

/** Whether an account may do this with Pods. */
async function may(token: string, verb: string, namespace: string): Promise<boolean> {
  const account = new Api({ url: plane.url, ca: plane.ca, token })
  const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec: { resourceAttributes: { verb, namespace, resource: 'pods' } } }
  const { status } = await account.send<Manifest>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', review).finally(() => account.close())
  return status.allowed as boolean
}

/** As `list pods.` and `watch deployments.apps`. */
function rightsIn(rules: readonly Rule[]): ReadonlySet<string> {
  return new Set(rules.flatMap(({ apiGroups, resources, verbs }) => apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}.${group}`)))))
}

/** Of the Gateway API, as far as the rules name it: rights know its resources by their plurals only. */
function definitionsFor(rules: readonly Rule[]): readonly Manifest[] {
  const group = 'gateway.networking.k8s.io'
  const schema = { openAPIV3Schema: { type: 'object' } }
  return rules.filter(({ apiGroups }) => apiGroups.includes(group)).flatMap(({ resources }) =>
    resources.map((plural) => ({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}`, annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' } },
      spec: { group, scope: 'Namespaced', names: { plural, singular: plural, kind: plural, listKind: `${plural}list` }, versions: [{ name: 'v1', served: true, storage: true, schema }] },
    })),
  )
}

/** The gateway with exactly the overlay's configuration and account; what cannot be had here is another port. */
async function openAs(overlay: Overlay, token: string, more: Readonly<Record<string, unknown>> = {}) {
  const configMap = (await documentsOf(overlay)).find(({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.startsWith(`${overlay.configMap}-`)) as Manifest
  const [document] = parseAllDocuments(configMap['data']['config.yaml'])
  const config = document?.toJS() as Record<string, object>
  const impatient = { timeoutSeconds: 5, backoffInitialMs: 50, backoffMaxMs: 500, absentRetryMs: 500 }
  return openOnPlane(plane, { token, config: { ...config, ...more, listenAddress: '127.0.0.1', listenPort: 0, admin: { listenPort: 0 }, types: { allow: [] }, watch: { ...impatient, ...config['watch'], ...(more['watch'] as object) } } })
}

onControlPlane.each(overlays)('k8s/$folder', (overlay) => {
  it('is what the API server takes', async () => {
    const applied = await plane.kubectl(['apply', '--server-side', '--dry-run=server', '--force-conflicts', '-f', '-'], { input: await render(overlay) })
    expect(applied.trim().split('\n')).toHaveLength((await documentsOf(overlay)).length)
    expect(applied).not.toMatch(/warning/i)
  })

  it('runs pods that may run where the strictest pod security holds, without a file system to write to', async () => {
    const deployment = (await documentsOf(overlay)).find(({ kind }) => kind === 'Deployment') as Manifest
    const { metadata, spec } = deployment['spec'].template
    const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'as-in-the-deployment', namespace: overlay.namespace }, spec }
    await expect(api.send('POST', `/api/v1/namespaces/${overlay.namespace}/pods?dryRun=All`, pod)).resolves.toMatchObject({ kind: 'Pod' })
    await expect(api.send('POST', `/api/v1/namespaces/${overlay.namespace}/pods?dryRun=All`, { ...pod, spec: { ...spec, hostNetwork: true } })).rejects.toThrow('restricted')
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) expect(container.securityContext.readOnlyRootFilesystem).toBe(true)
  })

  it('gives leave for what its configuration watches', async () => {
    const { until, gateway } = await openAs(overlay, await grant(overlay))
    await until('LIVE')
    const ready = await eventually(() => fetch(`${gateway.adminUrl}/readyz`), ({ status }) => status === 200)
    expect(((await ready.json()) as { kinds: unknown[] }).kinds.length).toBeGreaterThanOrEqual(3)
  })

  it('gives leave for nothing else', async () => {
    const review = async (token: string, namespace: string) => {
      const account = new Api({ url: plane.url, ca: plane.ca, token })
      const { status } = await account.send<Manifest>('POST', '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews', { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview', spec: { namespace } }).finally(() => account.close())
      return rightsIn(status.resourceRules)
    }
    const token = await grant(overlay)
    // What every account may.
    const bare = await review(await tokenOf(overlay.namespace, 'default'), overlay.namespace)
    expect(await review(token, overlay.namespace)).toEqual(new Set([...bare, ...rightsIn(await rulesOf(overlay))]))
    if (overlay.folder !== 'cluster-wide') expect(await review(token, 'default')).toEqual(bare)
    expect([...rightsIn(await rulesOf(overlay))].filter((right) => !/^(list|watch) [a-z]+\./.test(right) || /\bsecrets\b/.test(right))).toEqual([])
  })
})

onControlPlane.each(overlays)('every right of k8s/$folder', (overlay) => {
  it('is needed: without it a kind that could be read cannot', async () => {
    const token = await grant(overlay)
    const rules = await rulesOf(overlay)
    // What is not built in; the ClusterRole has it, where it is installed.
    for (const definition of overlay.folder === 'cluster-wide' ? definitionsFor(rules) : []) await api.create(definition)
    // A server that does not stream lists; from one that does, they come as watches.
    const open = () => openAs(overlay, token, { watch: { streamingLists: false } })
    const kinds = [...new Set(rules.flatMap(({ apiGroups: [group], resources }) => resources.map((resource) => `${resource}.${group}`)))].toSorted()
    /** Each kind that the rules name, asked for, with the state of its watch. */
    const states = async ({ gateway, watches, data }: Awaited<ReturnType<typeof open>>) => {
      const [cluster] = gateway.clusters
      const served = cluster?.discovery.resources() ?? []
      if (overlay.folder === 'cluster-wide') await data('query ($kinds: [KindInput!]!) { objects(kinds: $kinds, first: 1) { totalCount } }', { kinds: served.filter(({ plural, group }) => kinds.includes(`${plural}.${group}`)).map(({ group, kind }) => ({ group, kind })) })
      const pluralOf = (group: string, kind: string) => served.find((resource) => resource.group === group && resource.kind === kind)?.plural
      return (await watches()).map(({ kind, state }) => `${pluralOf(kind.group, kind.kind)}.${kind.group} ${state}`).toSorted()
    }
    const all = (state: string) => kinds.map((kind) => `${kind} ${state}`)
    const matches = (wanted: readonly string[]) => (found: readonly string[]) => isDeepStrictEqual(found, wanted)
    const whole = await open()
    await eventually(() => states(whole), matches(all('LIVE')), 60_000)
    await whole.stop()
    const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: overlay.folder === 'cluster-wide' ? 'ClusterRole' : 'Role', metadata: { name: overlay.role, ...(overlay.folder === 'cluster-wide' ? {} : { namespace: overlay.namespace }) } }
    // Rights add up: what one kind lacks no rule for another kind makes up for.
    for (const verb of ['list', 'watch']) {
      await api.patch(role, { rules: rules.map((rule) => ({ ...rule, verbs: rule.verbs.filter((other) => other !== verb) })) })
      // A controller collects the rules of the ClusterRole.
      await eventually(() => may(token, verb, overlay.namespace), (allowed) => !allowed, 20_000)
      const crippled = await open()
      await eventually(() => states(crippled), matches(all('FORBIDDEN')), 60_000)
      await crippled.stop()
    }
    await api.patch(role, { rules })
  })
})

onControlPlane('an overlay for webhooks, as k8s/README.md has it', () => {
  it('is what the API server takes, and keeps one pod at a time on its volume', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'watchql-k8s-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true }))
    await cp('k8s', folder, { recursive: true })
    await mkdir(join(folder, 'own'))
    const [overlay = '', receivers = ''] = [...(await readFile('k8s/README.md', 'utf8')).matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block = '']) => block).slice(-2)
    await writeFile(join(folder, 'own/kustomization.yaml'), overlay)
    await writeFile(join(folder, 'own/receivers.yaml'), receivers)
    const configuration = `${await readFile('k8s/base/config.yaml', 'utf8')}database: { path: /var/lib/watchql/watchql.db }\n`
    expect(parseConfig(configuration, 'config.yaml', { env: {}, home: '/' }).database).toMatchObject({ path: '/var/lib/watchql/watchql.db' })
    await writeFile(join(folder, 'own/config.yaml'), configuration)
    const rendered = await plane.kubectl(['kustomize', join(folder, 'own')])
    const documents = parseAllDocuments(rendered).map((document) => document.toJS() as Manifest)
    const applied = await plane.kubectl(['apply', '--server-side', '--dry-run=server', '--force-conflicts', '-f', '-'], { input: rendered })
    expect(applied.trim().split('\n')).toHaveLength(documents.length)
    const { spec } = documents.find(({ kind }) => kind === 'Deployment') as Manifest
    expect([spec.replicas, spec.strategy]).toEqual([1, { type: 'Recreate' }])
    const [container] = spec.template.spec.containers
    expect(container.volumeMounts).toEqual([{ name: 'data', mountPath: '/var/lib/watchql' }, { name: 'config', mountPath: '/etc/watchql', readOnly: true }])
    expect(documents.filter(({ kind }) => kind === 'ConfigMap').map(({ data }) => data['config.yaml'])).toEqual([configuration])
    expect(documents.filter(({ kind, metadata }) => kind === 'PersistentVolumeClaim' && metadata.namespace === 'watchql')).toHaveLength(1)
  })
})

onControlPlane('the ClusterRole of k8s/cluster-wide', () => {
  it('covers every kind of Kubernetes that can be watched but Secrets, and names none that is not there', async () => {
    const [overlay] = overlays
    const { gateway, until, data } = await openAs(overlay, await grant(overlay))
    await until('LIVE')
    const resources = gateway.clusters[0]?.discovery.resources() ?? []
    const kinds = resources.map(({ group, version, kind }) => ({ group, version, kind }))
    const { objects } = await data('query ($kinds: [KindInput!]!) { objects(kinds: $kinds, first: 1) { partial { code kind } } }', { kinds })
    expect(objects.partial).toEqual([{ code: 'FORBIDDEN', kind: 'v1/Secret' }])

    const named = (await rulesOf(overlay)).flatMap((rule) => rule.resources.map((resource) => `${resource}.${rule.apiGroups[0]}`))
    const served = new Set(resources.map(({ plural, group }) => `${plural}.${group}`))
    // Those are installed, not built in: above.
    expect(named.filter((name) => !served.has(name) && !name.endsWith('.gateway.networking.k8s.io'))).toEqual([])
    const response = await fetch(`${gateway.url}/resources/k8sObjects?group=core&version=v1&kind=Secret`)
    expect([response.status, await response.json()]).toEqual([403, { code: 403, message: expect.stringContaining('secrets') as string, data: null }])
  })

  it('takes in the rules of other ClusterRoles with its label', async () => {
    const [overlay] = overlays
    const token = await grant(overlay)
    const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'gizmos.lab.example.com' }, spec: { group: 'lab.example.com', scope: 'Namespaced', names: { kind: 'Gizmo', plural: 'gizmos', singular: 'gizmo', listKind: 'GizmoList' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object' } } }] } }
    await api.create(definition)
    const { ask } = await openAs(overlay, token)
    await eventually(() => ask('Gizmo', 'lab.example.com'), ({ partial }) => partial[0] === 'FORBIDDEN', 20_000)
    await api.create({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'watchql-reads-gizmos', labels: { 'watchql/reader': 'true' } }, rules: [{ apiGroups: ['lab.example.com'], resources: ['*'], verbs: ['list', 'watch'] }] })
    await eventually(() => ask('Gizmo', 'lab.example.com'), ({ partial }) => partial.length === 0, 20_000)
    await Promise.all([api.delete(definition), api.delete({ apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'watchql-reads-gizmos' } })])
  })
})
