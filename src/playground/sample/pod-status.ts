import { shortHash } from './random.ts'
import { withConditions, type Condition, type ContainerStatus, type PodSpec, type PodStatus } from './shapes.ts'

/** How a Pod's status reads at the stations of its life, as a kubelet writes it. */

export interface Placement {
  readonly hostIP: string
  readonly podIP: string
}

const flag = (type: string, holds: boolean, because: { readonly reason?: string; readonly message?: string } = {}): Condition => ({ type, status: holds ? 'True' : 'False', lastProbeTime: null, ...because })

export function pending(spec: PodSpec): PodStatus {
  return { phase: 'Pending', qosClass: qosClass(spec) }
}

export function unschedulable(status: PodStatus, now: string, message: string): PodStatus {
  return { ...status, conditions: withConditions(status.conditions, now, [flag('PodScheduled', false, { reason: 'Unschedulable', message })]) }
}

export function scheduled(status: PodStatus, now: string): PodStatus {
  return { ...status, conditions: withConditions(status.conditions, now, [flag('PodScheduled', true)]) }
}

/** Its images are pulled, or cannot be. */
export function waiting(spec: PodSpec, status: PodStatus, now: string, hostIP: string, reason: string, message?: string): PodStatus {
  const notReady = { reason: 'ContainersNotReady', message: `containers with unready status: [${spec.containers.map(({ name }) => name).join(' ')}]` }
  return {
    ...status,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    startTime: status.startTime ?? now,
    conditions: withConditions(status.conditions, now, [flag('PodReadyToStartContainers', reason !== 'ContainerCreating'), flag('Initialized', true), flag('Ready', false, notReady), flag('ContainersReady', false, notReady)]),
    containerStatuses: spec.containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready: false,
      started: false,
      restartCount: 0,
      state: { waiting: { reason, ...(message === undefined ? {} : { message }) } },
      lastState: {},
    })),
  }
}

/** Its containers run; readiness follows once its probe succeeds. */
export function running(spec: PodSpec, status: PodStatus, now: string, { hostIP, podIP }: Placement, ready: boolean): PodStatus {
  const before = status.containerStatuses ?? []
  return {
    ...status,
    phase: 'Running',
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: status.startTime ?? now,
    conditions: withConditions(status.conditions, now, [flag('PodReadyToStartContainers', true), flag('Initialized', true), ...readiness(spec, ready), flag('PodScheduled', true)]),
    containerStatuses: spec.containers.map((container, index) => runningContainer(container, before[index], now, ready)),
  }
}

/** Ready or not, its containers being as they are. */
export function withReadiness(spec: PodSpec, status: PodStatus, now: string, ready: boolean): PodStatus {
  return {
    ...status,
    conditions: withConditions(status.conditions, now, readiness(spec, ready)),
    containerStatuses: (status.containerStatuses ?? []).map((container) => ({ ...container, ready, started: true })),
  }
}

/** Its node is not heard of: only the condition says so, the containers may well go on. */
export function unheard(status: PodStatus, now: string): PodStatus {
  return { ...status, conditions: withConditions(status.conditions, now, [flag('Ready', false)]) }
}

/** Its containers ended and are started again later and later. */
export function crashed(spec: PodSpec, status: PodStatus, now: string, exitCode: number, reason: string): PodStatus {
  const containerStatuses = (status.containerStatuses ?? []).map((container): ContainerStatus => {
    const ended = { exitCode, reason, startedAt: startedAt(container) ?? now, finishedAt: now, containerID: container['containerID'] }
    const message = `back-off 10s restarting failed container=${container.name}`
    return { ...container, ready: false, started: false, restartCount: container.restartCount, state: { waiting: { reason: 'CrashLoopBackOff', message } as { reason: string } }, lastState: { terminated: ended } }
  })
  return { ...status, conditions: withConditions(status.conditions, now, readiness(spec, false)), containerStatuses }
}

/** It has done its work, or failed to. */
export function finished(spec: PodSpec, status: PodStatus, now: string, exitCode: number): PodStatus {
  const because = { reason: exitCode === 0 ? 'PodCompleted' : 'PodFailed' }
  return {
    ...status,
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: withConditions(status.conditions, now, [flag('PodReadyToStartContainers', false), flag('Initialized', true, because), flag('Ready', false, because), flag('ContainersReady', false, because)]),
    containerStatuses: (status.containerStatuses ?? spec.containers.map((container) => runningContainer(container, undefined, now, false))).map((container) => ({
      ...container,
      ready: false,
      started: false,
      state: { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error', startedAt: startedAt(container) ?? now, finishedAt: now } },
    })),
  }
}

function readiness(spec: PodSpec, ready: boolean): Condition[] {
  const because = ready ? {} : { reason: 'ContainersNotReady', message: `containers with unready status: [${spec.containers.map(({ name }) => name).join(' ')}]` }
  return [flag('Ready', ready, because), flag('ContainersReady', ready, because)]
}

function runningContainer({ name, image }: PodSpec['containers'][number], before: ContainerStatus | undefined, now: string, ready: boolean): ContainerStatus {
  const restarts = before?.state.waiting?.reason === 'CrashLoopBackOff' ? before.restartCount + 1 : (before?.restartCount ?? 0)
  return {
    name,
    image,
    imageID: `${image.replace(/:[^:]*$/, '')}@sha256:${digest(image)}`,
    containerID: `containerd://${digest(`${image} ${now} ${restarts}`)}`,
    ready,
    started: ready,
    restartCount: restarts,
    state: { running: { startedAt: now } },
    lastState: before?.['lastState'] ?? {},
  }
}

/** Looks like a SHA-256 in hexadecimal; the same text gives the same one. */
function digest(text: string): string {
  const part = Buffer.from(shortHash(text)).toString('hex')
  return (part + part + part + part).slice(0, 64)
}

function startedAt({ state }: ContainerStatus): string | undefined {
  return state.running?.startedAt
}

function qosClass(spec: PodSpec): string {
  const resources = spec.containers.map((container) => (container as { resources?: { requests?: object } }).resources)
  return resources.some((resource) => resource?.requests !== undefined) ? 'Burstable' : 'BestEffort'
}
