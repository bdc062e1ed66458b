import { useCallback, useMemo, useRef, useState } from 'preact/hooks'
import type { HistoryEvent, LiveEvents, RunDetail, RunLogs } from '../../api.ts'
import { allStates, type Machine } from '../../graph/machine.ts'
import { statesOfEvents } from '../../graph/visits.ts'
import { call, useFetched } from '../call.ts'
import { useLive } from '../live.ts'
import { settled } from '../merge.ts'
import { breakable } from '../parts/breakable.tsx'
import { Copy } from '../parts/copy.tsx'
import { useFault } from '../parts/fault.ts'
import { MachineGraph } from '../parts/graph.tsx'
import { Data } from '../parts/json.tsx'
import { Line } from '../parts/line.tsx'
import { Link } from '../parts/link.tsx'
import { MailRows } from '../parts/mail-rows.tsx'
import { Moment } from '../parts/moment.tsx'
import { Empty, Fault, Loading } from '../parts/notes.tsx'
import { PostCard } from '../parts/post.tsx'
import { Status } from '../parts/status.tsx'
import { duration, plural } from '../relative.ts'
import { address, go, usePlace } from '../router.ts'
import { Result, Step } from './runs.tsx'

const burstMs = 150

/** A run, and what belongs to it, kept up to date. */
export function useRun(name: string | undefined) {
  const asked = name === undefined ? undefined : new URLSearchParams({ name })
  const detail = useFetched<RunDetail>(asked && `console/run?${asked}`)
  const soon = useMemo(() => settled(detail.reload, burstMs), [detail.reload])
  const [customer = '-', trace = '-'] = name?.split('_') ?? []
  const onRuns = useCallback(
    ({ rows, more }: LiveEvents['runs']) => {
      if (more > 0 || rows.some((row) => row.name === name)) soon()
    },
    [name, soon],
  )
  const onMails = useCallback(
    ({ rows, more }: LiveEvents['mails']) => {
      if (more > 0 || rows.some(({ run }) => run === name)) soon()
    },
    [name, soon],
  )
  const onLogs = useCallback(
    ({ rows, more }: LiveEvents['logs']) => {
      if (more > 0 || rows.some(({ line }) => line.includes(trace) || line.includes(customer))) soon()
    },
    [customer, trace, soon],
  )
  const onPosts = useCallback(
    ({ rows, more }: LiveEvents['posts']) => {
      if (more > 0 || rows.some(({ title, text }) => name !== undefined && `${title}${text}`.includes(name))) soon()
    },
    [name, soon],
  )
  useLive('runs', onRuns, detail.reload)
  useLive('mails', onMails)
  useLive('logs', onLogs)
  useLive('posts', onPosts)
  return detail
}

/** One run: where it is, what happened, and what belongs to it. */
export function Run({ name }: { name: string }) {
  const { data, fault, reload } = useRun(name)
  return (
    <>
      <p class="crumbs">
        <Link to="/runs">Runs</Link>
      </p>
      {!data && fault && <h1>Run</h1>}
      <Fault>{fault}</Fault>
      <Loading until={Boolean(data || fault)} />
      {data && <Details detail={data} reload={reload} />}
    </>
  )
}

function Details({ detail, reload }: { detail: RunDetail; reload(): void }) {
  const { run, input, output, cause, mails, posts } = detail
  // The same list while the run is the same: the graph reads the whole history again for another one.
  const waits = useMemo(
    () => detail.waits.map(({ state, until }) => ({ state, untilMs: Date.parse(until) })),
    [detail.waits],
  )
  const { chosen, choose } = useChosenState(detail)
  return (
    <>
      <div class="heading">
        <h1>{breakable(run.address ?? run.name)}</h1>
        <Status status={run.status} />
      </div>
      <dl class="facts card">
        {run.stoppedAt ? (
          <Fact name="Ended">
            <Moment at={run.stoppedAt} exactly />
            {run.state && <span class="quiet"> in {run.state}</span>}
          </Fact>
        ) : (
          <Fact name="Now">
            <Step run={run} />
          </Fact>
        )}
        <Fact name="Result">
          <Result run={run} />
        </Fact>
        <Fact name="Started">
          <Moment at={run.startedAt} exactly />
        </Fact>
        {run.stoppedAt && (
          <Fact name="Took">{duration((Date.parse(run.stoppedAt) - Date.parse(run.startedAt)) / 1000)}</Fact>
        )}
        {run.redriveCount > 0 && <Fact name="Redrives">{run.redriveCount}</Fact>}
        <Fact name="Run" wide>
          <code>{breakable(run.name)}</code>
        </Fact>
      </dl>
      <Actions detail={detail} reload={reload} />
      {cause && (
        <section class="card part">
          <h2>Why it ended</h2>
          <Cause text={cause} />
        </section>
      )}
      <div class="columns">
        <section class="card part">
          <h2>Graph</h2>
          <p class="quiet" role="status">
            {chosen === undefined
              ? 'Choose a state to see only its events in the history.'
              : `The history shows only ${chosen}. Choose it again to see all events.`}
          </p>
          <MachineGraph
            definition={detail.definition}
            events={detail.events}
            waits={waits}
            selected={chosen}
            onSelect={(state) => choose(state === chosen ? undefined : state)}
          />
        </section>
        <History detail={detail} chosen={chosen} showAll={() => choose(undefined)} />
        <div class="stack">
          <section class="card part">
            <h2>Mails</h2>
            {mails.length === 0 ? <p class="quiet">None yet.</p> : <MailRows mails={mails} />}
          </section>
          <section class="card part">
            <h2>Slack</h2>
            {posts.length === 0 ? (
              <p class="quiet">No post names this run.</p>
            ) : (
              posts.map((post) => <PostCard key={`${post.at} ${post.title}`} post={post} />)
            )}
          </section>
        </div>
        <section class="card part">
          <h2>Data</h2>
          <Data name="Input" text={input} />
          {output !== undefined && <Data name="Output" text={output} />}
        </section>
      </div>
      <Logs name={run.name} events={detail.events.length} />
      <Commands detail={detail} />
    </>
  )
}

/** The state whose events alone are shown. It is in the address, so that it survives a reload. */
function useChosenState({ definition, run }: RunDetail) {
  const asked = usePlace().query.get('state') ?? undefined
  const states = useMemo(() => allStates(JSON.parse(definition) as Machine), [definition])
  const choose = (state: string | undefined) =>
    go(address(`/runs/${encodeURIComponent(run.name)}`, { state }), { replace: true })
  return { chosen: asked !== undefined && states.has(asked) ? asked : undefined, choose }
}

/** The AWS CLI's commands that do the same. */
function Commands({ detail: { run, notRedrivable, commands } }: { detail: RunDetail }) {
  const { describe, history, stop, redrive } = commands
  const useful = [describe, history, ...(run.status === 'RUNNING' ? [stop] : []), ...(notRedrivable ? [] : [redrive])]
  return (
    <section class="card part">
      <h2>With the AWS CLI</h2>
      <ul class="commands">
        {useful.map((command) => (
          <li key={command}>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which the keyboard must be able to do */}
            <code tabIndex={0}>{command}</code>
            <Copy text={command}>Copy</Copy>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** The cause of an error. Of a function, Step Functions passes on what it threw, as JSON. */
function Cause({ text }: { text: string }) {
  const { message, trace } = thrownIn(text)
  return (
    <>
      <p class="cause">{message}</p>
      {trace && (
        <details>
          <summary>Stack trace</summary>
          <Data name="Trace" text={trace} />
        </details>
      )}
    </>
  )
}

/** The parts of a cause; a cause in another form is its message. */
function thrownIn(text: string): { message: string; trace?: string } {
  try {
    const { errorMessage, trace } = Object(JSON.parse(text))
    if (typeof errorMessage !== 'string') return { message: text }
    return Array.isArray(trace) ? { message: errorMessage, trace: trace.join('\n') } : { message: errorMessage }
  } catch {
    return { message: text }
  }
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: preact.ComponentChildren }) {
  return (
    <div class={wide ? 'wide' : ''}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** What can be done to a run. */
function Actions({ detail: { run, notRedrivable }, reload }: { detail: RunDetail; reload(): void }) {
  const [asks, setAsks] = useState(false)
  const [fault, setFault] = useFault()
  const act = async (what: 'stop' | 'redrive') => {
    setAsks(false)
    setFault(
      await call(`console/${what}`, { body: { name: run.name } }).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    )
    reload()
  }
  const running = run.status === 'RUNNING'
  if (!running && notRedrivable !== undefined) return null
  return (
    <div class="actions">
      {running && !asks && (
        <button type="button" onClick={() => setAsks(true)}>
          Stop…
        </button>
      )}
      {running && asks && (
        <>
          <button type="button" class="danger" onClick={() => act('stop')}>
            Stop this run
          </button>
          <button type="button" onClick={() => setAsks(false)}>
            Let it run
          </button>
        </>
      )}
      {!running && notRedrivable === undefined && (
        <button type="button" class="main" onClick={() => act('redrive')}>
          Redrive
        </button>
      )}
      <Fault>{fault}</Fault>
    </div>
  )
}

function History({
  detail: { definition, events, earlierEvents },
  chosen,
  showAll,
}: {
  detail: RunDetail
  chosen: string | undefined
  showAll(): void
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  const shown = useMemo(() => {
    if (chosen === undefined) return events
    const states = statesOfEvents(events, allStates(JSON.parse(definition) as Machine))
    return events.filter(({ id }) => states.get(id)?.includes(chosen))
  }, [definition, events, chosen])
  return (
    <section class="card part history">
      <h2 ref={heading} tabIndex={-1}>
        History
      </h2>
      {chosen !== undefined && (
        <p class="filtered">
          <span>
            {shown.length === 0 ? 'No event' : shown.length} of {plural(events.length, 'event')}: only those of{' '}
            <strong>{breakable(chosen)}</strong>
          </span>
          <button
            type="button"
            onClick={() => {
              showAll()
              // The button is gone with the filter.
              heading.current?.focus()
            }}
          >
            Show all events
          </button>
        </p>
      )}
      {earlierEvents > 0 && (
        <p class="quiet">The {earlierEvents.toLocaleString('en')} events before these are left out.</p>
      )}
      <ol>
        {shown.map((event, index) => (
          <Event key={event.id} event={event} before={shown[index - 1]} />
        ))}
      </ol>
    </section>
  )
}

const failed = /Failed|TimedOut|Aborted/

function Event({
  event: { id, type, at, details },
  before,
}: {
  event: HistoryEvent
  before: HistoryEvent | undefined
}) {
  const pausedMs = before ? Date.parse(at) - Date.parse(before.at) : 0
  // Of an ARN, the function and its alias are enough here.
  const resource = typeof details.resource === 'string' ? details.resource.split(':').slice(-2).join(':') : undefined
  const name = details.name ?? details.error ?? resource
  return (
    <li class={failed.test(type) ? 'bad' : ''}>
      {pausedMs >= 60_000 && <p class="pause">{duration(pausedMs / 1000)} later</p>}
      <details>
        <summary>
          <span class="quiet number">{id}</span>
          <span>
            {spaced(type)}
            {typeof name === 'string' && <span class="quiet"> {name}</span>}
          </span>
          <Moment at={at} exactly />
        </summary>
        {Object.entries(details)
          .filter(([, value]) => value !== '' && value !== undefined)
          .map(([member, value]) => (
            <Data key={member} name={member} text={typeof value === 'string' ? value : JSON.stringify(value)} />
          ))}
      </details>
    </li>
  )
}

/** `WaitStateEntered` as words. */
const spaced = (type: string) => type.replace(/(?!^)([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)

function Logs({ name, events }: { name: string; events: number }) {
  const { data, fault, reload } = useFetched<RunLogs>(`console/run-logs?${new URLSearchParams({ name })}`)
  // A function writes its last line a moment after the run goes on.
  const soon = useMemo(() => settled(reload, 400), [reload])
  useMemo(soon, [events])
  const trace = name.slice(name.lastIndexOf('_') + 1)
  useLive(
    'logs',
    useCallback(
      ({ rows }: LiveEvents['logs']) => rows.some(({ line }) => line.includes(trace)) && soon(),
      [trace, soon],
    ),
  )
  return (
    <section class="card part">
      <h2>Log lines of its trace</h2>
      <Fault>{fault}</Fault>
      {data?.lines.length === 0 && <Empty title="No function wrote about it yet." />}
      {data?.cut && <p class="quiet">There are more lines than these first ones.</p>}
      <ol class="log">
        {data?.lines.map((one, index) => (
          <Line key={index} {...one} />
        ))}
      </ol>
    </section>
  )
}
