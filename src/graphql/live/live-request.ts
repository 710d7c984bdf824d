import { GraphQLEnumType, GraphQLInt, GraphQLObjectType, type GraphQLFieldConfig } from 'graphql'
import { WatchqlError } from '../../base/errors.ts'
import type { GraphqlContext } from '../context.ts'

export type LiveMode = 'FULL' | 'PATCH'

/** Waits between two executions where nobody says. */
const defaultThrottleMs = 100
const maxThrottleMs = 3_600_000

/** What the field `live` asks of whoever runs the subscription: it has no events, but a query that is to be executed again. */
export class LiveRequest implements AsyncIterable<never> {
  readonly throttleMs: number
  readonly mode: LiveMode

  constructor({ throttleMs, mode }: LiveArguments) {
    this.throttleMs = throttleMs ?? defaultThrottleMs
    this.mode = mode
    if (this.throttleMs < 0 || this.throttleMs > maxThrottleMs) throw new WatchqlError('INVALID_ARGUMENT', `\`throttleMs\` may be 0 to ${maxThrottleMs}.`)
  }

  [Symbol.asyncIterator](): AsyncIterator<never> {
    throw new Error('A live query has no events; it is executed again.')
  }
}

interface LiveArguments {
  readonly throttleMs?: number | null
  readonly mode: LiveMode
}

const liveMode = new GraphQLEnumType({
  name: 'LiveMode',
  description: 'How a live query tells its results after the first.',
  values: {
    FULL: { description: 'Whole.' },
    PATCH: { description: 'As `extensions: { patch, revision }`, without data: what leads from the `data` before to the new one, in steps of RFC 6902.' },
  },
})

/** The field `live` of Subscription; made for each schema, since it leads back to its Query. */
export function liveField(query: GraphQLObjectType): GraphQLFieldConfig<unknown, GraphqlContext> {
  return {
    type: query,
    description: 'Any query: its result, and again whenever changes of objects alter it. Ends when a kind that it reads is no longer watched.',
    args: {
      throttleMs: { type: GraphQLInt, description: `At least so many milliseconds lie between two results. Default: ${defaultThrottleMs}.` },
      mode: { type: liveMode, defaultValue: 'FULL' },
    },
    subscribe: (_root, args: LiveArguments) => Promise.resolve().then(() => new LiveRequest(args)),
    resolve: () => ({}),
  }
}
