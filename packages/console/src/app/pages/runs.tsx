import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { LiveEvents, RunPage, RunRow, RunStatus } from '../../api.ts'
import { useFetched } from '../call.ts'
import { useLive } from '../live.ts'
import { settled, updated } from '../merge.ts'
import { breakable } from '../parts/breakable.tsx'
import { Link } from '../parts/link.tsx'
import { Moment } from '../parts/moment.tsx'
import { Empty, Fault, Loading } from '../parts/notes.tsx'
import { outcomeWords } from '../parts/outcome.ts'
import { Status, statuses } from '../parts/status.tsx'
import { address, go, usePlace } from '../router.ts'

const order: readonly RunStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']
/** After the last letter of a search. */
const typingMs = 200
/** So that a burst of new runs is fetched once. */
const burstMs = 300

/** The runs of every state machine: with filters, search and pages, each in the address. */
export function Runs() {
  const { query } = usePlace()
  const [q, status, after] = [query.get('q') ?? '', query.get('status') ?? '', query.get('after') ?? '']
  const path = useMemo(() => {
    const asked = new URLSearchParams(Object.entries({ q, status, after }).filter(([, value]) => value))
    return `console/runs?${asked}`
  }, [q, status, after])
  const { data, fault, reload, set } = useFetched<RunPage>(path)
  const reloadSoon = useMemo(() => settled(reload, burstMs), [reload])
  useLive(
    'runs',
    useCallback(
      ({ rows }: LiveEvents['runs']) => {
        set((page) => ({ ...page, rows: updated(page.rows, rows, ({ arn }) => arn) }))
        // The counts, and which rows belong here.
        reloadSoon()
      },
      [set, reloadSoon],
    ),
    reload,
  )
  const show = (change: Record<string, string>, replace = false) =>
    go(address('/runs', { q, status, ...change }), { replace })
  const all = data && order.reduce((sum, one) => sum + data.counts[one], 0)
  return (
    <>
      <div class="heading">
        <h1>Runs</h1>
        <Search
          value={q}
          label="Search runs"
          hint="Address, name, trace, error"
          onChange={(text) => show({ q: text }, true)}
        />
      </div>
      <ul class="chips" aria-label="Status">
        {[['', 'All', all] as const, ...order.map((one) => [one, statuses[one].label, data?.counts[one]] as const)].map(
          ([value, label, count]) => (
            <li key={value}>
              <button type="button" aria-pressed={status === value} onClick={() => show({ status: value })}>
                {label} <span class="count">{count?.toLocaleString('en') ?? ''}</span>
              </button>
            </li>
          ),
        )}
      </ul>
      <Fault>{fault}</Fault>
      <Loading until={Boolean(data || fault)} />
      {data?.rows.length === 0 && (q || status || after ? <NothingFound /> : <NoRuns />)}
      {data && data.rows.length > 0 && <RunTable rows={data.rows} />}
      {data && (after || data.next) && (
        <nav class="pager" aria-label="Pages of runs">
          {after && (
            <Link to="/runs" query={{ q, status }}>
              Newest
            </Link>
          )}
          {data.next && (
            <Link to="/runs" query={{ q, status, after: data.next }}>
              Older
            </Link>
          )}
        </nav>
      )}
    </>
  )
}

function NothingFound() {
  return (
    <Empty title="No run matches.">
      <p>
        <Link to="/runs">Show all runs</Link>
      </p>
    </Empty>
  )
}

function NoRuns() {
  return (
    <Empty title="No runs yet.">
      <p>
        Each registration starts one. <Link to="/">Register an address</Link> to see it wait.
      </p>
    </Empty>
  )
}

/** A field that searches while its user types. */
export function Search({
  value,
  label,
  hint,
  onChange,
}: {
  value: string
  label: string
  hint: string
  onChange(text: string): void
}) {
  const [text, setText] = useState(value)
  const change = useRef(onChange)
  change.current = onChange
  const typed = useRef(value)
  useEffect(() => {
    // The back button changes the search too.
    if (value !== typed.current) setText(value)
    typed.current = value
  }, [value])
  useEffect(() => {
    if (text === typed.current) return
    const timer = setTimeout(() => {
      typed.current = text
      change.current(text)
    }, typingMs)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <input
      class="search"
      type="search"
      aria-label={label}
      placeholder={hint}
      autocomplete="off"
      spellcheck={false}
      value={text}
      onInput={({ currentTarget }) => setText(currentTarget.value)}
    />
  )
}

/** Runs with what a person wants to know first. */
function RunTable({ rows }: { rows: RunRow[] }) {
  return (
    <table class="table runs">
      <thead>
        <tr>
          <th scope="col">Customer</th>
          <th scope="col">Status</th>
          <th scope="col">Step</th>
          <th scope="col">Result</th>
          <th scope="col">Started</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((run) => (
          <tr key={run.arn}>
            <td class="who">
              <Link to={`/runs/${encodeURIComponent(run.name)}`}>{breakable(run.address ?? run.name)}</Link>
              {run.address && <code class="quiet clip">{run.name}</code>}
            </td>
            <td>
              <Status status={run.status} />
            </td>
            <td>
              <Step run={run} />
            </td>
            <td>
              <Result run={run} />
            </td>
            <td>
              <Moment at={run.startedAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Where a run is, and when it goes on. */
export function Step({ run: { state, step, wakesAt, stoppedAt } }: { run: RunRow }) {
  return (
    <>
      {state && <span>{state}</span>}
      {state && step && step.of > 1 && (
        <span class="quiet">
          {' '}
          {step.number} of {step.of}
        </span>
      )}
      {wakesAt && (
        <span class="quiet">
          {state ? ', wakes ' : 'wakes '}
          <Moment at={wakesAt} />
        </span>
      )}
      {!state && stoppedAt && (
        <span class="quiet">
          ended <Moment at={stoppedAt} />
        </span>
      )}
    </>
  )
}

/** What came of a run. */
export function Result({ run: { outcome, error } }: { run: RunRow }) {
  if (error) return <code class="bad">{error}</code>
  if (outcome) return <span title={outcome}>{outcomeWords(outcome)}</span>
  return <span class="quiet">–</span>
}
