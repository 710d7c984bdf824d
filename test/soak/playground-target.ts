import { startApiServer, type ApiServer } from '../../src/playground/api-server/api-server.ts'
import {
  all,
  contentType,
  continueExpires,
  cutAfter,
  cutMidCharacter,
  cutMidLine,
  delay,
  duplicate,
  endlessLine,
  errorEvent,
  expiredEvent,
  garbageLine,
  goAway,
  inPiecesOf,
  inject,
  page,
  refuse,
  resourceVersionsGoBack,
  respond,
  silentAfter,
  stall,
  type FaultAction,
} from '../../src/playground/api-server/faults.ts'
import { StatusError, expired } from '../../src/playground/api-server/status.ts'
import { Api } from '../cluster/api.ts'
import { kubeconfig } from '../cluster/users.ts'
import type { Random } from '../cluster/workloads/random.ts'
import { selfSigned } from '../support/certificate.ts'
import { pause } from './cluster-target.ts'
import { watchedKinds } from './kinds.ts'
import type { Lane, SoakTarget } from './target.ts'

const token = 'soak'

/** The API server in memory, with every fault that it knows. */
export async function playgroundTarget(): Promise<SoakTarget> {
  const tls = selfSigned('api-server', { fromMs: Date.now() - 60_000, toMs: Date.now() + 86_400_000 })
  const server = await startApiServer({ tls, systemNamespaces: true, maxConcurrentStreams: 10, bookmarkIntervalMs: 1000, history: 2000, requestLog: 0, tokens: { [token]: { username: 'soak', groups: ['system:masters'] } } })
  const api = new Api({ url: server.url, ca: tls.cert, token })
  return {
    name: 'playground',
    kubeconfig: kubeconfig({ url: server.url, caData: Buffer.from(tls.cert).toString('base64') }, [{ name: 'soak', groups: [], token }], 'soak'),
    gatewayConfig: {
      apiGroupsSyncIntervalSecond: 1,
      watch: { timeoutSeconds: 15, idleTimeoutMs: 5000, backoffInitialMs: 50, backoffMaxMs: 1000, absentRetryMs: 500, pageSize: 7, maxObjectBytes: 1024 * 1024 },
      transport: { idleTimeoutMs: 2000, connectTimeoutMs: 2000 },
    },
    api,
    lanes: [
      { name: 'answers', pauseMs: [20, 400], faults: answerFaults(server) },
      { name: 'server', pauseMs: [500, 5000], faults: serverFaults(server) },
    ],
    settleMs: 30_000,
    async calm() {
      server.faults.clear()
    },
    async clients() {
      return { connections: server.connections(), watches: server.disturbWatches(undefined, () => undefined) }
    },
    async close() {
      api.close()
      await server.close()
    },
  }
}

const actions: Readonly<Record<string, (random: Random) => FaultAction>> = {
  'refuse the connection': () => refuse,
  'answer 500': () => respond(500, 'InternalError'),
  'answer 503': () => respond(503, 'ServiceUnavailable'),
  'answer 429': (random) => respond(429, 'TooManyRequests', { 'retry-after': String(random.below(2)) }),
  'answer 410': () => respond(410, 'Expired'),
  'answer 401': () => respond(401, 'Unauthorized'),
  'answer 403': () => respond(403, 'Forbidden'),
  'answer 422': () => respond(422, 'Invalid'),
  'answer with a page': () => page(200, 'text/html', '<html>Log in</html>'),
  'say another content type': () => contentType('text/html'),
  'cut the body': (random) => cutAfter(random.below(20_000)),
  'cut a line': (random) => cutMidLine(random.below(5)),
  'cut a character': () => cutMidCharacter,
  'stall': () => stall,
  'fall silent': (random) => silentAfter(random.below(20_000)),
  'duplicate': () => duplicate,
  'send pieces': (random) => inPiecesOf(500 + random.below(1000)),
  'send garbage': (random) => garbageLine(random.below(5)),
  'send nonsense': () => inject('{"type":"NONSENSE","object":{"metadata":{"resourceVersion":"999999999"}}}\n'),
  'send an endless line': () => endlessLine,
  'send an error event': (random) => errorEvent(random.below(2) === 0 ? expired('fault on demand').status : new StatusError(500, 'InternalError', 'fault on demand').status, random.below(3)),
  'say that it expired': () => expiredEvent,
  'let continue expire': () => continueExpires,
  'be slow': (random) => delay(random.below(1500)),
  'send GOAWAY': () => goAway,
  'be slow, send GOAWAY and cut': (random) => all(delay(random.below(300)), goAway, cutAfter(random.below(5000))),
}

/** Rules for requests to come, and blows at the watches that are open. */
function answerFaults(server: ApiServer): Lane['faults'] {
  const rules = Object.entries(actions).map(([name, make]) => ({
    name,
    weight: 1,
    strike: (random: Random) => {
      const verb = random.pick(['list', 'watch'])
      // No kind in particular, or one: rules that wait for a rare request are cleared in the next calm.
      const resource = random.below(2) === 0 ? undefined : `${random.pick(watchedKinds).kind.toLowerCase()}s`
      server.faults.add({ match: { verb, ...(resource === undefined ? {} : { resource }) }, times: 1 + random.below(2), action: make(random) })
    },
  }))
  const blow = (name: string, make: (random: Random) => FaultAction, weight = 6) => ({
    name: `to an open watch: ${name}`,
    weight,
    strike: (random: Random) => {
      const action = make(random)
      const struck = random.below(4)
      let number = 0
      server.disturbWatches(undefined, (exchange) => {
        if (number++ % 4 === struck) void action(exchange)
      })
    },
  })
  return [
    ...rules,
    blow('cut', () => refuse),
    blow('cut a line', (random) => cutMidLine(random.below(3))),
    blow('cut a character', () => cutMidCharacter),
    blow('error event', () => errorEvent(expired('fault on demand').status), 3),
    blow('garbage', () => garbageLine(), 3),
    blow('fall silent', (random) => silentAfter(random.below(3000)), 2),
    blow('duplicate', () => duplicate, 3),
    // These only in what follows a list: nobody can tell in a list that what it says of an object is not so.
    blow('an old state', () => inject('{"type":"MODIFIED","object":{"metadata":{"name":"soak-0","namespace":"default","resourceVersion":"1"}}}\n'), 2),
    blow('resourceVersions go back', (random) => resourceVersionsGoBack(1_000_000_000, random.below(4)), 2),
    blow('GOAWAY', () => goAway, 3),
    blow('end', () => (exchange) => {
      exchange.end()
      return true
    }),
  ]
}

function serverFaults(server: ApiServer): Lane['faults'] {
  return [
    { name: 'forget the past', weight: 3, strike: () => server.compact() },
    { name: 'forget the past and cut every connection', weight: 2, strike: () => (server.compact(), server.cutConnections()) },
    { name: 'cut every connection', weight: 2, strike: () => server.cutConnections() },
    { name: 'GOAWAY everywhere', weight: 3, strike: () => server.goAway() },
    {
      name: 'refuse everybody',
      weight: 2,
      strike: async (random, signal) => {
        await server.refuseConnections()
        await pause(random.below(2000), signal)
        if (random.below(2) === 0) server.compact()
        await server.acceptConnections()
      },
    },
  ]
}
