import '../../src/require-node.ts'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import type { Api } from './api.ts'
import { allPrograms, findBinaries } from './binaries.ts'
import { churn } from './churn.ts'
import { startControlPlane } from './control-plane.ts'
import type { ControlPlane } from './control-plane.ts'
import { watchqlConfig } from './watchql-config.ts'
import { createNodes, createWorkloads, namespaceName } from './workloads.ts'

const help = `Starts a real Kubernetes control plane on this machine and fills it with workloads.
Nodes and Pods are played by kwok: no container runs, and no other cluster is touched.

  npm run cluster -- [options]

  --nodes N        how many nodes (3)
  --scale N        how many applications, each in a namespace of its own with some
                   50 objects and 12 Pods (3)
  --no-workloads   leave the cluster empty
  --churn          go on changing things at random, some 10 times a second
  --prepare        only see to it that the programs are there, then end: for CI, and
                   before tests whose time is limited
  --help           this text

The first start compiles Kubernetes with Go (some minutes, once per version) unless
KUBEBUILDER_ASSETS or PATH has etcd, kube-apiserver, kube-controller-manager,
kube-scheduler, kubectl and kwok. The result is kept under ~/.cache/watchql
(WATCHQL_CLUSTER_CACHE names another folder).

Ctrl-C stops everything; nothing is kept of the cluster.`

const seeHelp = 'See: npm run cluster -- --help'
const options = readOptions()
const interrupted = new AbortController()
const say = (line: string) => console.log(line)

try {
  if (options.help) say(help)
  else if (options.prepare) say(`The programs are in ${(await findBinaries(allPrograms, say)).source}`)
  else await run()
} catch (error) {
  fail(1, error instanceof Error ? error.message : String(error))
}

async function run(): Promise<void> {
  say('Starting etcd, the API server, the controllers and kwok')
  const plane = await startControlPlane({ report: say })
  // Until here a Ctrl-C simply ends this process, and everything with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort())
  const api = plane.api()
  try {
    await fill(api)
    await explain(plane)
    await stayAround(api)
  } finally {
    say('Stopping')
    api.close()
    await plane.stop()
  }
}

async function fill(api: Api): Promise<void> {
  await createNodes(api, options.nodes)
  if (!options.workloads) return
  say(`Creating the workloads of ${options.scale} namespaces`)
  await createWorkloads(api, { scale: options.scale })
  if (options.nodes === 0) return
  let last = ''
  for (let second = 0; second < 60 && !interrupted.signal.aborted; second++) {
    const pods = await api.list('v1', 'Pod')
    const settled = pods.filter(({ status }) => ['Running', 'Succeeded'].includes(status.phase)).length
    const line = `  ${settled} of ${pods.length} Pods run`
    if (line === last && settled === pods.length) return
    if (line !== last) say(line)
    last = line
    await sleep(1_000)
  }
}

async function explain(plane: ControlPlane): Promise<void> {
  const config = join(plane.folder, 'watchql.json')
  await writeFile(config, JSON.stringify(watchqlConfig(plane.kubeconfigPath, options.workloads), null, 2))
  const namespace = options.workloads && options.scale > 0 ? namespaceName(0) : 'default'
  say(`
The cluster is ready: ${plane.url}

Look at it with kubectl (one of the same version is ${plane.kubectlPath}):
  export KUBECONFIG=${plane.kubeconfigPath}
  kubectl get pods --all-namespaces
  kubectl --context viewer get pods --namespace ${namespace}
    (users, each with a context: ${plane.users.map(({ name }) => name).join(', ')}; viewer may not read Secrets, nobody may read nothing at all)

Watch it with WatchQL, in another terminal:
  npm run build
  CONFIG_FILE_PATH=${config} node dist/bin.js
    (then open http://localhost:3000/graphql; the file says what is watched)

Logs: ${plane.folder}/*.log
Ctrl-C stops the cluster and removes that folder.`)
}

async function stayAround(api: Api): Promise<void> {
  const day = 24 * 60 * 60 * 1_000
  for (let round = 1; !interrupted.signal.aborted; round++) {
    if (options.churn) await churn(api, { seed: round, ms: day, everyMs: 100, signal: interrupted.signal })
    else await sleep(day, undefined, { signal: interrupted.signal }).catch(() => undefined)
  }
}

function readOptions() {
  const number = (name: string, value: string): number => {
    if (!/^\d{1,4}$/.test(value)) fail(2, `--${name} takes a whole number from 0 to 9999, not "${value}".\n${seeHelp}`)
    return Number(value)
  }
  try {
    const { values } = parseArgs({
      options: {
        nodes: { type: 'string', default: '3' },
        scale: { type: 'string', default: '3' },
        'no-workloads': { type: 'boolean', default: false },
        churn: { type: 'boolean', default: false },
        prepare: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    return {
      nodes: number('nodes', values.nodes),
      scale: number('scale', values.scale),
      workloads: !values['no-workloads'],
      churn: values.churn,
      prepare: values.prepare,
      help: values.help,
    }
  } catch (error) {
    return fail(2, `${error instanceof Error ? error.message : String(error)}\n${seeHelp}`)
  }
}

function fail(code: number, problem: string): never {
  console.error(problem)
  process.exit(code)
}
