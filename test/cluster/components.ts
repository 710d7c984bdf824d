/**
 * How each program is started. They run inside the control plane's own folder, so that paths
 * are relative and short (the path of a Unix socket may not be longer than some 100 characters).
 */
export const files = {
  tokens: 'tokens.csv',
  serviceAccountKey: 'service-account.key',
  kubeconfig: 'kubeconfig.yaml',
  /** Made by the API server on its first start: its certificate, then that of the CA which signed it. */
  certificates: 'certificates/apiserver.crt',
  etcdSocket: 'etcd.sock',
} as const

/** Sockets instead of ports: nothing to collide with, and nobody else's programs can connect. */
export const etcdFlags = [
  '--data-dir=etcd',
  // What a crash of the machine would lose is thrown away at stop anyway.
  '--unsafe-no-fsync',
  `--listen-client-urls=unix://${files.etcdSocket}`,
  // Must be said and must look like this; nobody asks for it.
  '--advertise-client-urls=http://127.0.0.1:2379',
  '--listen-peer-urls=unix://etcd-peer.sock',
  '--log-level=warn',
]

export const apiServerFlags = (port: number) => [
  `--etcd-servers=unix://${files.etcdSocket}`,
  '--bind-address=127.0.0.1',
  '--advertise-address=127.0.0.1',
  `--secure-port=${port}`,
  '--cert-dir=certificates',
  // An Endpoints object may not hold a loopback address, so the Service "kubernetes" stays without one.
  '--endpoint-reconciler-type=none',
  '--service-cluster-ip-range=10.96.0.0/16',
  `--token-auth-file=${files.tokens}`,
  '--authorization-mode=RBAC',
  '--service-account-issuer=https://kubernetes.default.svc',
  `--service-account-signing-key-file=${files.serviceAccountKey}`,
  `--service-account-key-file=${files.serviceAccountKey}`,
  // Otherwise Pods are refused until a controller has made the ServiceAccount of their namespace.
  '--disable-admission-plugins=ServiceAccount',
]

/** Without election there is no lease to wait for; the high limits let large workloads settle in seconds. */
const leaderless = [`--kubeconfig=${files.kubeconfig}`, '--leader-elect=false', '--secure-port=0', '--kube-api-qps=1000', '--kube-api-burst=2000']

export const controllerManagerFlags = [
  ...leaderless,
  `--root-ca-file=${files.certificates}`,
  `--service-account-private-key-file=${files.serviceAccountKey}`,
]

export const schedulerFlags = leaderless

export const kwokFlags = (stageFiles: readonly string[]) => [
  `--kubeconfig=${files.kubeconfig}`,
  ...stageFiles.map((file) => `--config=${file}`),
  '--manage-all-nodes=true',
  // Nodes without a lease are called NotReady after 40 seconds.
  '--node-lease-duration-seconds=40',
  '--server-address=127.0.0.1:0',
]
