import { KubeConfig, type Cluster } from '@kubernetes/client-node'
import type { Environment } from '../../base/environment.ts'
import { WatchqlError } from '../../base/errors.ts'
import type { Authenticator, Identity } from './authenticator.ts'
import { ExecPlugin, type ExecSpec } from './exec-plugin.ts'
import { TokenFile } from './files.ts'
import type { KubeUser } from './kube-config-files.ts'

/**
 * Who a user of a kubeconfig is, by the first of: token file, token, exec plugin, auth provider,
 * name and password. Client certificates of the kubeconfig come beside it.
 */
export function authenticatorOf(user: KubeUser | undefined, cluster: Cluster, env: Environment): Authenticator {
  if (user === undefined) return constant({})
  const impersonation = impersonationHeaders(user)
  const authenticator = chooseAuthenticator(user, cluster, env)
  return {
    async identify() {
      const identity = await authenticator.identify()
      return { ...identity, headers: { ...identity.headers, ...impersonation } }
    },
    invalidate: () => authenticator.invalidate(),
  }
}

function chooseAuthenticator(user: KubeUser, cluster: Cluster, env: Environment): Authenticator {
  const { tokenFile } = user.more
  if (typeof tokenFile === 'string') {
    const file = new TokenFile(tokenFile)
    return { identify: async () => ({ headers: await file.headers() }), invalidate: () => file.invalidate() }
  }
  if (user.token) return constant({ authorization: `Bearer ${user.token.trim()}` })
  if (user.exec) return new ExecPlugin(user.exec as ExecSpec, user.name, cluster, env)
  if (user.authProvider) return authProvider(user, cluster)
  if (user.username) return constant({ authorization: `Basic ${Buffer.from(`${user.username}:${user.password ?? ''}`).toString('base64')}` })
  return constant({})
}

function constant(headers: Identity['headers']): Authenticator {
  return { identify: () => Promise.resolve({ headers }), invalidate: () => undefined }
}

/** The auth providers that came before exec plugins (`oidc`, `gcp`, `azure`), as far as the official client has them. */
function authProvider(user: KubeUser, cluster: Cluster): Authenticator {
  const create = () => {
    const config = new KubeConfig()
    config.loadFromClusterAndUser(cluster, structuredClone(user))
    return config
  }
  let config = create()
  return {
    async identify() {
      const options: { headers: Record<string, string> } = { headers: {} }
      try {
        await config.applyToHTTPSOptions(options)
      } catch (error) {
        throw new WatchqlError('UNAUTHENTICATED', `The auth provider of the kubeconfig's user ${JSON.stringify(user.name)} failed: ${(error as Error).message.trim()}`, { cause: error })
      }
      const authorization = options.headers['Authorization']
      return { headers: authorization === undefined ? {} : { authorization } }
    },
    invalidate: () => (config = create()),
  }
}

/**
 * https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 * What cannot be said is refused: left out, it would widen what the caller may do.
 */
function impersonationHeaders({ name, impersonateUser, more }: KubeUser): Record<string, string> {
  const single = (value: unknown, key: string): string => {
    const values = [value].flat()
    if (values.length === 1 && typeof values[0] === 'string' && /^[\x20-\x7e]+$/.test(values[0])) return values[0]
    throw new WatchqlError('INVALID_CONFIG', `The kubeconfig's user ${JSON.stringify(name)} has ${key} with something else than one plain text, which is not supported.`)
  }
  const headers: Record<string, string> = {}
  const add = (header: string, key: string, value: unknown) => {
    if (value !== undefined && value !== null) headers[header] = single(value, key)
  }
  add('impersonate-user', 'as', impersonateUser)
  add('impersonate-uid', 'as-uid', more['as-uid'])
  add('impersonate-group', 'as-groups', more['as-groups'])
  for (const [key, value] of Object.entries(more['as-user-extra'] ?? {})) add(`impersonate-extra-${encodeURIComponent(key)}`, 'as-user-extra', value)
  return headers
}
