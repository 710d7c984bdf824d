import { randomBytes } from 'node:crypto'
import { stringify } from 'yaml'
import type { Manifest } from './manifest.ts'

/** A user of the cluster, known to the API server by a token. */
export interface User {
  readonly name: string
  readonly groups: readonly string[]
  readonly token: string
}

/**
 * Who can always log in: `admin` may do everything, `viewer` may read the usual kinds in every
 * namespace but no Secrets, no RBAC and no custom resources, `nobody` may only what every
 * logged-in user may, which is discovery.
 */
export const standardUsers: Readonly<Record<string, readonly string[]>> = {
  admin: ['system:masters'],
  viewer: ['viewers'],
  nobody: [],
}

const rbac = 'rbac.authorization.k8s.io'

/** Not the built-in ClusterRole "view": that one is empty until the controller manager has filled it. */
export const viewerRole: readonly Manifest[] = [
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRole',
    metadata: { name: 'viewer' },
    rules: [
      {
        apiGroups: [''],
        resources: ['configmaps', 'endpoints', 'events', 'namespaces', 'nodes', 'persistentvolumeclaims', 'persistentvolumes', 'pods', 'serviceaccounts', 'services'],
        verbs: ['get', 'list', 'watch'],
      },
      { apiGroups: ['apps', 'autoscaling', 'batch', 'discovery.k8s.io', 'networking.k8s.io', 'policy'], resources: ['*'], verbs: ['get', 'list', 'watch'] },
    ],
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'viewers' },
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'viewer' },
    subjects: [{ apiGroup: rbac, kind: 'Group', name: 'viewers' }],
  },
]

/** Tokens are new each time: one that leaks into a log opens nothing later. */
export function createUsers(groupsByName: Readonly<Record<string, readonly string[]>>): User[] {
  return Object.entries(groupsByName).map(([name, groups]) => ({ name, groups, token: randomBytes(24).toString('hex') }))
}

export function userNamed(users: readonly User[], name: string): User {
  const user = users.find((candidate) => candidate.name === name)
  if (user === undefined) throw new Error(`This control plane has no user "${name}", only ${users.map((known) => known.name).join(', ')}`)
  return user
}

/** The file that the API server's --token-auth-file reads. */
export function tokenFile(users: readonly User[]): string {
  return users.map(({ token, name, groups }) => `${token},${name},${name},"${groups.join(',')}"\n`).join('')
}

/** One context per user, each named like its user. */
export function kubeconfig(server: { readonly url: string; readonly caData: string }, users: readonly User[], current: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'watchql', cluster: { server: server.url, 'certificate-authority-data': server.caData } }],
    users: users.map(({ name, token }) => ({ name, user: { token } })),
    contexts: users.map(({ name }) => ({ name, context: { cluster: 'watchql', user: name } })),
    'current-context': current,
  }, { lineWidth: 0 })
}
