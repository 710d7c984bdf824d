import type { WatchState } from './generated/operations.ts'
import { useWatchStatus } from './use-watch-status.ts'
import { summarize, type Phase, type WatchStatus, type WatchSummary } from './watch-summary.ts'

const details = 'watchql-watches'

/** What the gateway holds now: a line, a bar while caches fill, and a table of every watched kind. */
export function StatusStrip() {
  const view = useWatchStatus()
  if (view === undefined) return <p className="watchql-status">Asking the gateway …</p>

  const watches = view.watches.toSorted((one, other) => one.kind.kind.localeCompare(other.kind.kind) || one.kind.group.localeCompare(other.kind.group))
  const summary = summarize(watches)
  const tone = view.problem === undefined ? tones[summary.phase] : 'bad'
  return (
    <>
      <ul className="watchql-chips" aria-label="Watched kinds">
        {watches.map((watch) => (
          <li key={keyOf(watch)} title={`${nameOf(watch)}: ${watch.lastError?.message ?? watch.state.toLowerCase()}`}>
            <Dot tone={stateTones[watch.state]} />
            {watch.kind.kind} <b>{watch.objects.toLocaleString()}</b>
          </li>
        ))}
      </ul>
      <button type="button" className="watchql-status" popoverTarget={details} title="Show every watched kind">
        <Dot tone={tone} />
        <span role="status">{view.problem ?? say(summary)}</span>
      </button>
      {view.problem === undefined && summary.phase === 'FILLING' && <progress className="watchql-progress" aria-label="Caches filled" value={summary.filled} />}
      <WatchTable watches={watches} />
    </>
  )
}

function WatchTable({ watches }: { readonly watches: readonly WatchStatus[] }) {
  return (
    <div id={details} popover="auto" className="watchql-watches">
      <table>
        <thead>
          <tr>
            <th>Kind</th>
            <th>API version</th>
            <th>State</th>
            <th className="number">Objects</th>
          </tr>
        </thead>
        <tbody>
          {watches.map((watch) => (
            <tr key={keyOf(watch)}>
              <td>{watch.kind.kind}</td>
              <td>{apiVersionOf(watch)}</td>
              <td>
                <Dot tone={stateTones[watch.state]} /> {watch.state.toLowerCase()}
                {watch.state !== 'LIVE' && watch.lastError && <small>{watch.lastError.message}</small>}
              </td>
              <td className="number">{holds(watch)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {watches.length === 0 && <p>Nothing is watched yet. A query for a kind starts its watch.</p>}
    </div>
  )
}

type Tone = 'good' | 'busy' | 'warn' | 'bad'

const Dot = ({ tone }: { readonly tone: Tone }) => <i className={`watchql-dot ${tone}`} aria-hidden="true" />

const tones: Record<Phase, Tone> = { FILLING: 'busy', LIVE: 'good', TROUBLED: 'warn' }
const stateTones: Record<WatchState, Tone> = { PENDING: 'warn', SYNCING: 'busy', LIVE: 'good', STALE: 'warn', FORBIDDEN: 'bad', GONE: 'bad', REFUSED: 'bad' }

function say({ phase, kinds, live, objects }: WatchSummary): string {
  const held = `${objects.toLocaleString()} objects`
  if (phase === 'LIVE') return `${kinds} kinds live, ${held}`
  if (phase === 'FILLING') return `Filling caches: ${live} of ${kinds} kinds, ${held}`
  return `${live} of ${kinds} kinds live, ${held}`
}

const holds = ({ objects, expected }: WatchStatus) => (expected === null ? objects.toLocaleString() : `${objects.toLocaleString()} of ${expected.toLocaleString()}`)

const apiVersionOf = ({ kind }: WatchStatus) => [kind.group, kind.version].filter(Boolean).join('/')
const nameOf = (watch: WatchStatus) => `${apiVersionOf(watch)} ${watch.kind.kind}`
const keyOf = ({ cluster, kind }: WatchStatus) => `${cluster}/${kind.group}/${kind.kind}`
