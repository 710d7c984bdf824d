import { randomBytes } from 'node:crypto'
import { ApiClient, eventually, type ApiTarget, type Document } from './api-client.ts'

export interface StartedApiServer extends ApiTarget {
  close(): void | Promise<void>
}

/** One API server with a namespace for the tests alone. Nothing else in it is touched. */
export class Fixture {
  readonly target: StartedApiServer
  readonly client: ApiClient
  /** Unique among all runs. */
  readonly id = randomBytes(4).toString('hex')
  readonly namespace = `contract-${this.id}`
  readonly #definitions: string[] = []
  #names = 0

  private constructor(target: StartedApiServer) {
    this.target = target
    this.client = new ApiClient(target)
  }

  static async open(start: () => Promise<StartedApiServer>): Promise<Fixture> {
    const fixture = new Fixture(await start())
    await fixture.client.create('/api/v1/namespaces', { metadata: { name: fixture.namespace } })
    return fixture
  }

  async close(): Promise<void> {
    for (const name of this.#definitions) await this.client.ask(`/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}`, { method: 'DELETE' })
    await this.client.ask(`/api/v1/namespaces/${this.namespace}`, { method: 'DELETE' })
    await this.client.close()
    await this.target.close()
  }

  /** A name that no other test has. */
  name(prefix = 'it'): string {
    this.#names += 1
    return `${prefix}-${this.#names}`
  }

  /** The path of a collection in the tests' namespace. */
  path(plural: string, apiVersion = 'v1'): string {
    return `/${apiVersion.includes('/') ? 'apis' : 'api'}/${apiVersion}/namespaces/${this.namespace}/${plural}`
  }

  configMap(name: string, more: { readonly labels?: object; readonly data?: object; readonly [field: string]: unknown } = {}): Promise<Document> {
    const { labels, ...rest } = more
    return this.client.create(this.path('configmaps'), { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...(labels === undefined ? {} : { labels }) }, ...rest })
  }

  /** A Pod that no scheduler looks at. */
  pod(name: string, spec: object = {}): Promise<Document> {
    const containers = [{ name: 'main', image: 'registry.example.com/main:1' }]
    return this.client.create(this.path('pods'), { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { schedulerName: 'none', containers, ...spec } })
  }

  /** Defines a kind of two versions in a group of the tests' own, and waits until both are served. */
  async define(kind: string, more: object = {}): Promise<{ readonly group: string; readonly plural: string; readonly crd: Document }> {
    const group = `c${this.id}.example.com`
    const plural = `${kind.toLowerCase()}s`
    const schema = { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'object', properties: { size: { type: 'integer' }, color: { type: 'string' } } }, status: { type: 'object', properties: { phase: { type: 'string' } } } } } }
    const version = (name: string, storage: boolean) => ({ name, served: true, storage, schema, subresources: { status: {} }, ...more })
    this.#definitions.push(`${plural}.${group}`)
    const crd = await this.client.create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: { group, scope: 'Namespaced', names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` }, versions: [version('v1', true), version('v1alpha1', false)] },
    })
    await eventually(async () => {
      await this.client.get(this.path(plural, `${group}/v1`))
      await this.client.get(this.path(plural, `${group}/v1alpha1`))
    })
    return { group, plural, crd }
  }
}
