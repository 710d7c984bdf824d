import { kindOf, type RelationDeclaration } from '../declaration.ts'
import { namesAt, referencesAt } from '../references.ts'
import { kinds } from './kinds.ts'

const rbac = 'rbac.authorization.k8s.io'
const role = kindOf(rbac, 'Role')
const clusterRole = kindOf(rbac, 'ClusterRole')

const [roleOf, subjectsOf] = [referencesAt('roleRef', { group: rbac }), referencesAt('subjects[*]', { group: '' })]

/** Who may do what. Users and groups are not objects of the cluster; of the subjects, service accounts are. */
export const accessControl: readonly RelationDeclaration[] = [
  ...([['RoleBinding', 'roleBindings', [role, clusterRole]], ['ClusterRoleBinding', 'clusterRoleBindings', [clusterRole]]] as const).flatMap(([kind, inverse, roles]): RelationDeclaration[] => [
    { from: kindOf(rbac, kind), to: roles, name: 'role', inverse, via: { by: 'reference', references: roleOf, partOf: (binding) => binding['roleRef'] } },
    { from: kindOf(rbac, kind), to: kinds.serviceAccount, name: 'serviceAccounts', many: true, inverse, via: { by: 'reference', references: subjectsOf, partOf: (binding) => binding['subjects'] } },
  ]),
  { from: kinds.serviceAccount, to: kinds.secret, name: 'secrets', many: true, inverse: 'serviceAccounts', via: { by: 'reference', references: namesAt('secrets[*].name', 'imagePullSecrets[*].name') } },
]
