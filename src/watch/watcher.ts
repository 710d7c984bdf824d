import { backoffMs, type BackoffPolicy } from '../base/backoff.ts'
import type { Failure } from '../kubernetes/failure.ts'

/**
 * The protocol of following one collection (list, then watch), as a pure state machine: state
 * and input give the next state and what to do. It performs nothing and knows no time but the
 * waits that it asks for, so every recovery can be read here and tested without a network.
 *
 *   STREAMING ──complete──▶ WATCHING ──ends──▶ WATCHING (again from the last resourceVersion)
 *      │ refused               ▲  │  └─────────410──────▶ STREAMING or LISTING
 *      ▼                       │  │
 *   LISTING ──last page────────┘  │
 *      ▲  └──failure──▶ WAITING ◀─┘ failure
 *      └───────elapsed─────┘
 *
 * STREAMING (KEP-3157) is a list that comes as the beginning of a watch, which then goes on. Where
 * the server refuses it or gets it wrong, LISTING asks in pages, as all servers can.
 *
 * A new list never empties the cache: it is compared with it when it is complete.
 */
export type WatcherState =
  | { readonly at: 'STREAMING'; readonly retries: Retries }
  | { readonly at: 'LISTING'; readonly retries: Retries; readonly paged: boolean }
  | { readonly at: 'WATCHING'; readonly retries: Retries; readonly resourceVersion: string; readonly opened: boolean; readonly progressed: boolean }
  | { readonly at: 'WAITING'; readonly retries: Retries; readonly next: 'LIST' }
  | { readonly at: 'WAITING'; readonly retries: Retries; readonly next: 'WATCH'; readonly resourceVersion: string }

/** What has gone wrong in a row; all zero again once a watch makes progress. */
export interface Retries {
  /** Failures in a row; sets the length of the next wait. */
  readonly failures: number
  /** Answers in a row that the kind does not exist. */
  readonly notFound: number
  /** Lists in a row that expired before their last page. */
  readonly expiredLists: number
  /** Whether lists are streamed: YES, NOT_NOW until a watch makes progress, or NEVER. */
  readonly streams: 'YES' | 'NOT_NOW' | 'NEVER'
}

export type WatcherInput =
  | { readonly type: 'page'; readonly resourceVersion: string; readonly continue: string | undefined }
  | { readonly type: 'listFailed'; readonly failure: Failure }
  | { readonly type: 'watchOpened' }
  /** A streamed list is complete; its watch goes on. */
  | { readonly type: 'streamed'; readonly resourceVersion: string }
  /** An event was taken in; a bookmark is one without an object. */
  | { readonly type: 'progressed'; readonly resourceVersion: string }
  /** The watch is over; without a failure the server ended it in the ordinary way. */
  | { readonly type: 'watchEnded'; readonly lastedMs: number; readonly failure?: Failure }
  | { readonly type: 'elapsed' }

export type WatcherEffect =
  /** Ask for a page; without `continue` it is the first, and what an earlier list gathered is void. */
  | { readonly do: 'list'; readonly paged: boolean; readonly continue?: string }
  /** Ask for a streamed list; what an earlier list gathered is void. */
  | { readonly do: 'stream' }
  /** The list is complete: what it did not name is deleted. */
  | { readonly do: 'commitList'; readonly resourceVersion: string }
  /** The kind is really gone: every object of it is deleted. */
  | { readonly do: 'clear' }
  | { readonly do: 'watch'; readonly resourceVersion: string }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'report'; readonly condition: 'LIVE' }
  | { readonly do: 'report'; readonly condition: 'BROKEN' | 'FORBIDDEN' | 'GONE'; readonly failure: Failure }

export interface WatcherPolicy {
  readonly backoff: BackoffPolicy
  /** How long to wait before a forbidden or vanished kind is asked for again. */
  readonly absentRetryMs: number
  /** Whether to ask for streamed lists. */
  readonly streamingLists: boolean
}

export interface Step {
  readonly state: WatcherState
  readonly effects: readonly WatcherEffect[]
}

/** A watch that stood this long was healthy, whether or not anything happened meanwhile. */
const healthyWatchMs = 10_000
/** One 404 may be a server that is still starting; so many in a row are the truth. */
const notFoundsToBelieve = 3
/** A paged list that expired this often is asked for in one piece, which cannot expire in the middle. */
const expiredListsBeforeUnpaged = 2

/** A streamed list that failed this often in a row is asked for in pages. */
const failuresBeforePaged = 2

export function startWatcher(policy: WatcherPolicy): Step {
  return list({ failures: 0, notFound: 0, expiredLists: 0, streams: policy.streamingLists ? 'YES' : 'NEVER' })
}

/** All is well. */
function noRetries({ streams }: Retries): Retries {
  return { failures: 0, notFound: 0, expiredLists: 0, streams: streams === 'NEVER' ? 'NEVER' : 'YES' }
}

export function stepWatcher(policy: WatcherPolicy, state: WatcherState, input: WatcherInput): Step {
  switch (state.at) {
    case 'STREAMING':
      if (input.type === 'watchOpened') return { state, effects: [] }
      if (input.type === 'streamed') return complete(state.retries, input.resourceVersion, true)
      if (input.type === 'watchEnded') return streamEnded(policy, state, input.failure)
      break
    case 'LISTING':
      if (input.type === 'page') return pageCame(state, input)
      if (input.type === 'listFailed') return listFailed(policy, state, input.failure)
      break
    case 'WATCHING':
      if (input.type === 'watchOpened')
        return { state: { ...state, opened: true }, effects: [{ do: 'report', condition: 'LIVE' }] }
      if (input.type === 'progressed')
        return { state: { ...state, resourceVersion: input.resourceVersion, progressed: true, retries: noRetries(state.retries) }, effects: [] }
      if (input.type === 'watchEnded') return watchEnded(policy, state, input)
      break
    case 'WAITING':
      if (input.type === 'elapsed')
        return state.next === 'LIST' ? list(state.retries) : watch(state.retries, state.resourceVersion)
      break
  }
  throw new Error(`A watcher that is ${state.at} cannot take the input ${input.type}.`)
}

function list(retries: Retries): Step {
  if (retries.streams === 'YES' && retries.failures < failuresBeforePaged) return { state: { at: 'STREAMING', retries }, effects: [{ do: 'stream' }] }
  const paged = retries.expiredLists < expiredListsBeforeUnpaged
  return { state: { at: 'LISTING', retries, paged }, effects: [{ do: 'list', paged }] }
}

function watch(retries: Retries, resourceVersion: string): Step {
  return {
    state: { at: 'WATCHING', retries, resourceVersion, opened: false, progressed: false },
    effects: [{ do: 'watch', resourceVersion }],
  }
}

function pageCame(state: WatcherState & { at: 'LISTING' }, page: WatcherInput & { type: 'page' }): Step {
  if (page.continue !== undefined && page.continue !== '')
    return {
      state,
      effects: [{ do: 'list', paged: state.paged, continue: page.continue }],
    }
  return complete(state.retries, page.resourceVersion, false)
}

/** The list is in; `watching` when the watch that brought it goes on. */
function complete(before: Retries, resourceVersion: string, watching: boolean): Step {
  const retries = { ...before, notFound: 0, expiredLists: 0 }
  const done: readonly WatcherEffect[] = [{ do: 'commitList', resourceVersion }, { do: 'report', condition: 'LIVE' }]
  if (watching) return { state: { at: 'WATCHING', retries, resourceVersion, opened: true, progressed: false }, effects: done }
  const next = watch(retries, resourceVersion)
  return { state: next.state, effects: [...done, ...next.effects] }
}

/** Before it was complete. */
function streamEnded(policy: WatcherPolicy, { retries }: WatcherState & { at: 'STREAMING' }, failure: Failure | undefined): Step {
  // Refused, or ended in peace without saying that it was complete: this server does not know how.
  if (failure === undefined || failure.kind === 'REJECTED') return list({ ...retries, streams: 'NEVER' })
  if (failure.kind === 'EXPIRED' || failure.kind === 'BAD_ANSWER') return list({ ...retries, streams: 'NOT_NOW' })
  return absentOrBroken(policy, retries, failure) ?? waitToList(policy, retries, failure)
}

function listFailed(policy: WatcherPolicy, state: WatcherState & { at: 'LISTING' }, failure: Failure): Step {
  if (failure.kind === 'EXPIRED') {
    const retries = { ...state.retries, expiredLists: state.retries.expiredLists + 1 }
    return retries.expiredLists <= expiredListsBeforeUnpaged ? list(retries) : waitToList(policy, retries, failure)
  }
  return absentOrBroken(policy, state.retries, failure) ?? waitToList(policy, state.retries, failure)
}

function watchEnded(policy: WatcherPolicy, ended: WatcherState & { at: 'WATCHING' }, { lastedMs, failure }: WatcherInput & { type: 'watchEnded' }): Step {
  const healthy = ended.progressed || lastedMs >= healthyWatchMs
  const state = healthy ? { ...ended, retries: noRetries(ended.retries) } : ended
  if (failure === undefined) {
    // A server that opens watches only to end them at once is failing, however politely.
    return healthy || state.retries.failures === 0
      ? watch({ ...state.retries, failures: healthy ? 0 : 1 }, state.resourceVersion)
      : waitToWatch(policy, state, undefined)
  }
  if (failure.kind === 'EXPIRED') {
    // The first time at once; a server that expires every fresh list is given time.
    return state.retries.failures === 0 ? list({ ...noRetries(state.retries), failures: 1 }) : waitToList(policy, state.retries, failure)
  }
  const absent = absentOrBroken(policy, state.retries, failure)
  if (absent !== undefined) return absent
  // What the server said cannot be understood, or it rejects what was asked: only a new list is sure.
  if (failure.kind === 'BAD_ANSWER' || failure.kind === 'REJECTED') return waitToList(policy, state.retries, failure)
  return waitToWatch(policy, state, failure)
}

function absentOrBroken(policy: WatcherPolicy, retries: Retries, failure: Failure): Step | undefined {
  if (failure.kind === 'FORBIDDEN') {
    return { state: waitingToList({ ...retries, notFound: 0 }), effects: [{ do: 'report', condition: 'FORBIDDEN', failure }, absentWait(policy)] }
  }
  if (failure.kind !== 'NOT_FOUND') return undefined
  const notFound = retries.notFound + 1
  if (notFound < notFoundsToBelieve) return waitToList(policy, { ...retries, notFound }, failure)
  const clear: WatcherEffect[] = notFound === notFoundsToBelieve ? [{ do: 'clear' }] : []
  return {
    state: waitingToList({ ...retries, notFound }),
    effects: [...clear, { do: 'report', condition: 'GONE', failure }, absentWait(policy)],
  }
}

function absentWait(policy: WatcherPolicy): WatcherEffect {
  return { do: 'wait', ms: Math.round(policy.absentRetryMs * (0.75 + policy.backoff.random() / 2)) }
}

function waitingToList(retries: Retries): WatcherState {
  return { at: 'WAITING', retries, next: 'LIST' }
}

function waitToList(policy: WatcherPolicy, retries: Retries, failure: Failure): Step {
  return {
    state: waitingToList({ ...retries, failures: retries.failures + 1 }),
    effects: [{ do: 'report', condition: 'BROKEN', failure }, { do: 'wait', ms: delay(policy, retries, failure) }],
  }
}

function waitToWatch(policy: WatcherPolicy, state: WatcherState & { at: 'WATCHING' }, failure: Failure | undefined): Step {
  const retries = { ...state.retries, failures: state.retries.failures + 1 }
  const report: WatcherEffect[] = failure === undefined ? [] : [{ do: 'report', condition: 'BROKEN', failure }]
  return {
    state: { at: 'WAITING', retries, next: 'WATCH', resourceVersion: state.resourceVersion },
    effects: [...report, { do: 'wait', ms: delay(policy, state.retries, failure) }],
  }
}

function delay(policy: WatcherPolicy, retries: Retries, failure: Failure | undefined): number {
  return Math.max(backoffMs(policy.backoff, retries.failures), failure?.retryAfterMs ?? 0)
}
