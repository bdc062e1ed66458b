import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Home, LiveEvents, MailRow, Page, RunDetail, RunPage } from '../../api.ts'
import { call, useFetched } from '../call.ts'
import { useNow, virtualNow } from '../clock.ts'
import { useLive, useReconnected } from '../live.ts'
import { breakable } from '../parts/breakable.tsx'
import { ClockControls, useNextEvent } from '../parts/clock-controls.tsx'
import { Link } from '../parts/link.tsx'
import { MailFrame, ownTheme } from '../parts/mail-frame.tsx'
import { Moment } from '../parts/moment.tsx'
import { Empty, Fault } from '../parts/notes.tsx'
import { outcomeWords } from '../parts/outcome.ts'
import { Status } from '../parts/status.tsx'
import { duration, relative } from '../relative.ts'
import { address, go, usePlace } from '../router.ts'
import { useRun } from './run.tsx'

/** The story of one registration, from the form to the confirmation, on one screen. */
export function Journey() {
  const { query } = usePlace()
  const chosen = query.get('run') ?? undefined
  const newest = useNewestRun(chosen === undefined)
  const name = chosen ?? newest
  const { data: detail, fault } = useRun(name)
  const shown = detail?.run.name === name ? detail : undefined
  return (
    <>
      <div class="heading">
        <h1>Journey</h1>
        <p class="quiet">One registration, from the form to the confirmation.</p>
      </div>
      <Fault>{fault}</Fault>
      <div class="journey">
        <ol class="story">
          <SignUp detail={shown} />
          <RunStep detail={shown} />
          <MailStep detail={shown} />
          <TimeStep detail={shown} />
          <ReminderStep detail={shown} />
          <EndStep detail={shown} />
        </ol>
        <Inbox detail={shown} />
      </div>
    </>
  )
}

/** The name of the latest run, as long as it is wanted. */
function useNewestRun(wanted: boolean): string | undefined {
  const { data, reload } = useFetched<RunPage>(wanted ? 'console/runs?limit=1' : undefined)
  const onRuns = useCallback(
    ({ rows }: LiveEvents['runs']) => {
      if (rows.some(({ status }) => status === 'RUNNING')) reload()
    },
    [reload],
  )
  useLive('runs', onRuns, reload)
  return data?.rows[0]?.name
}

type Progress = 'done' | 'now' | 'next'

function Chapter({
  title,
  progress,
  children,
}: {
  title: string
  progress: Progress
  children: preact.ComponentChildren
}) {
  return (
    <li class={`chapter ${progress}`}>
      <h2>
        {title}
        <span class="hidden">{progress === 'done' ? ', done' : progress === 'now' ? ', now' : ', to come'}</span>
      </h2>
      {children}
    </li>
  )
}

interface Told {
  detail: RunDetail | undefined
}

function SignUp({ detail }: Told) {
  const { data: home } = useFetched<Home>('console/home')
  const [answer, setAnswer] = useState<{ text: string; bad: boolean }>()
  const [busy, setBusy] = useState(false)
  useReconnected(useCallback(() => setAnswer(undefined), []))
  const register = async (event: SubmitEvent) => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const sinceMs = virtualNow() - 2000
    const registration = Object.fromEntries(new FormData(event.currentTarget as HTMLFormElement)) as { email: string }
    try {
      await call('registrations', { body: registration })
      const run = await runOf(registration.email, sinceMs)
      setAnswer(run ? undefined : { text: nothingSent, bad: false })
      if (run) go(address('/', { run }), { replace: true })
    } catch (error) {
      setAnswer({ text: (error as Error).message, bad: true })
    }
    setBusy(false)
  }
  return (
    <Chapter title="Someone signs up" progress={detail ? 'done' : 'now'}>
      <form class="sign-up" id="register" onSubmit={register}>
        <label>
          Email address
          <input
            name="email"
            type="email"
            required
            autocomplete="off"
            spellcheck={false}
            defaultValue="ada@example.com"
          />
        </label>
        <label>
          Language
          <select name="locale">
            <option value="en">English</option>
            <option value="de">Deutsch</option>
          </select>
        </label>
        <button type="submit" class="main" aria-disabled={busy}>
          Register
        </button>
      </form>
      <p role="status" class={answer?.bad ? 'fault' : answer ? 'note' : 'hidden'}>
        {answer?.text}
      </p>
      {detail && (
        <p class="quiet">
          {breakable(detail.run.address ?? 'A customer')} registered <Moment at={detail.run.startedAt} />
          {home && <span>, by POST {home.apiUrl}/registrations</span>}
        </p>
      )}
    </Chapter>
  )
}

const nothingSent =
  'Accepted, and nothing new was sent: the address has been registered before, or this machine has used up its registrations of the hour.'

/** The run of the mail that an address got since a time. */
async function runOf(email: string, sinceMs: number): Promise<string | undefined> {
  const { rows } = await call<Page<MailRow>>(`console/mails?${new URLSearchParams({ q: email, limit: '1' })}`)
  const [mail] = rows.filter(({ at }) => Date.parse(at) >= sinceMs)
  return mail?.run
}

function RunStep({ detail }: Told) {
  const run = detail?.run
  return (
    <Chapter title="A run starts, and waits" progress={!run ? 'next' : run.status === 'RUNNING' ? 'now' : 'done'}>
      {run ? (
        <p class="line">
          <Status status={run.status} />
          <span>
            {run.state && <b>{run.state}</b>}
            {run.wakesAt && (
              <>
                , wakes <Moment at={run.wakesAt} />
              </>
            )}
            {run.stoppedAt && (
              <>
                {run.state && ', '}ended <Moment at={run.stoppedAt} />
              </>
            )}
            {run.error && (
              <>
                {' '}
                with <code>{run.error}</code>
              </>
            )}
          </span>
          <Link to={`/runs/${encodeURIComponent(run.name)}`}>Open the run</Link>
        </p>
      ) : (
        <p class="quiet">A state machine of Step Functions waits a day for the confirmation.</p>
      )}
    </Chapter>
  )
}

function MailStep({ detail }: Told) {
  const first = detail?.mails[0]
  return (
    <Chapter title="The confirmation mail" progress={first ? 'done' : 'next'}>
      {first ? (
        <p class="line">
          <Link to={`/mails/${first.number}`}>{first.subject}</Link>
          <Moment at={first.at} />
        </p>
      ) : (
        <p class="quiet">It arrives at once, with a link to confirm and one to delete the address.</p>
      )}
    </Chapter>
  )
}

function TimeStep({ detail }: Told) {
  const next = useNextEvent()
  const ended = detail !== undefined && detail.run.status !== 'RUNNING'
  return (
    <Chapter title="Time passes" progress={ended ? 'done' : detail ? 'now' : 'next'}>
      <p class="quiet">
        {next === undefined
          ? 'No run waits. The clock moves anyway.'
          : next < 1
            ? 'Something happens now.'
            : `The next run wakes in ${duration(next)}.`}
      </p>
      <ClockControls free />
    </Chapter>
  )
}

function ReminderStep({ detail }: Told) {
  const now = useNow()
  const reminders = detail?.mails.slice(1) ?? []
  const { run, customer } = detail ?? {}
  return (
    <Chapter title="The reminder" progress={reminders.length > 0 || run?.status === 'SUCCEEDED' ? 'done' : 'next'}>
      {reminders.map(({ number, subject, at }) => (
        <p class="line" key={number}>
          <Link to={`/mails/${number}`}>{subject}</Link>
          <Moment at={at} />
        </p>
      ))}
      {reminders.length === 0 && (
        <p class="quiet">
          {run?.error
            ? 'The run failed before it was sent. Its page says why, and can redrive it.'
            : run?.outcome && run.outcome !== 'sent'
              ? `None: ${outcomeWords(run.outcome).toLowerCase()}.`
              : customer?.state === 'CONFIRMED'
                ? 'None will be sent: they confirmed first.'
                : run?.wakesAt
                  ? `It goes out ${relative(Date.parse(run.wakesAt), now)}, unless they confirm first.`
                  : 'It goes to those who forgot, exactly once.'}
        </p>
      )}
    </Chapter>
  )
}

function EndStep({ detail }: Told) {
  const { customer, mails = [] } = detail ?? {}
  const confirmed = customer?.state === 'CONFIRMED'
  const withdrawn = customer?.state === 'WITHDRAWN'
  return (
    <Chapter title="The confirmation" progress={confirmed || withdrawn ? 'done' : mails.length > 0 ? 'now' : 'next'}>
      {confirmed || withdrawn ? (
        <p class="line">
          <span class={`status ${confirmed ? 'good' : 'quiet'}`}>{confirmed ? 'Confirmed' : 'Withdrawn'}</span>
          {customer?.at && <Moment at={customer.at} />}
        </p>
      ) : (
        <p class="quiet">
          {mails.length > 0
            ? 'Click the link in the mail, as the customer would. This page notices.'
            : 'The link of each mail works, until the registration lapses.'}
        </p>
      )}
    </Chapter>
  )
}

/** The mails of the customer, with one open. */
function Inbox({ detail }: Told) {
  const mails = detail?.mails ?? []
  const [chosen, setChosen] = useState<number>()
  const [theme, setTheme] = useState<'light' | 'dark'>(ownTheme)
  const newest = mails.at(-1)?.number
  // A mail that arrives opens, as on a phone.
  useEffect(() => setChosen(newest), [newest])
  const open = mails.find(({ number }) => number === chosen) ?? mails.at(-1)
  return (
    <section class="inbox card" aria-label="Inbox">
      <header>
        <h2>Inbox{detail?.run.address && <> of {breakable(detail.run.address)}</>}</h2>
        {open && (
          <button type="button" onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
            {theme === 'dark' ? 'Light' : 'Dark'}
          </button>
        )}
      </header>
      {mails.length > 1 && (
        <fieldset class="chips" aria-label="Mails">
          {mails.map(({ number, subject }) => (
            <button key={number} type="button" aria-pressed={number === open?.number} onClick={() => setChosen(number)}>
              {subject}
            </button>
          ))}
        </fieldset>
      )}
      {open ? (
        <MailFrame number={open.number} subject={open.subject} theme={theme} />
      ) : (
        <Empty title="No mail yet.">
          <p>Register an address: its mail opens here, and its links work.</p>
        </Empty>
      )}
    </section>
  )
}
