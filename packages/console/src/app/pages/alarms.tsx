import {
  alarmValues,
  drillCommand,
  metricOf,
  missingSentence,
  overAt,
  ruleSentence,
  whyLoudOrQuiet,
} from '../../alarms/words.ts'
import type { AlarmDetail, AlarmRow, AlarmValue } from '../../api.ts'
import { useFetched } from '../call.ts'
import { AlarmChart } from '../parts/alarm-chart.tsx'
import { Command } from '../parts/command.tsx'
import { useInterval } from '../parts/interval.ts'
import { Link } from '../parts/link.tsx'
import { Moment } from '../parts/moment.tsx'
import { Mrkdwn } from '../parts/mrkdwn.tsx'
import { Empty, Fault } from '../parts/notes.tsx'
import { useReload } from '../parts/reload.ts'

// Alarms are evaluated once a minute. A skip of the clock, and a post, are seen at once.
const lookEveryMs = 30_000
const lookAfterMs = 300

/** All alarms, or the one that the path names. */
export function Alarms({ rest }: { rest: string }) {
  return rest === '' ? <AlarmList /> : <Alarm key={rest} name={rest} />
}

/** Fetches a path, and again when an alarm may have changed. */
function useAlarms<T>(path: string) {
  const fetched = useFetched<T>(path)
  useReload(['posts', 'clock'], fetched.reload, lookAfterMs)
  useInterval(fetched.reload, lookEveryMs)
  return fetched
}

function AlarmList() {
  const { data, fault } = useAlarms<AlarmRow[]>('console/alarms')
  const count = (value: AlarmValue) => data?.filter(({ state }) => state === value).length ?? 0
  return (
    <>
      <header class="heading">
        <h1>Alarms</h1>
        {data && data.length > 0 && (
          <p class="quiet">
            {count('ALARM')} in alarm, {count('OK')} OK, {count('INSUFFICIENT_DATA')} without data
          </p>
        )}
      </header>
      <Fault>{fault}</Fault>
      {data?.length === 0 && (
        <Empty title="The stack has no alarms.">
          <p>Alarms are part of the Terraform: infra/src/alarms.</p>
        </Empty>
      )}
      <ul class="rows alarms">
        {data?.map((alarm) => (
          <li key={alarm.name}>
            <AlarmStatus value={alarm.state} />
            <Link to={`/alarms/${encodeURIComponent(alarm.name)}`}>{alarm.name}</Link>
            <span class="quiet metric">{metricOf(alarm.rule)}</span>
            <Moment at={alarm.since} />
          </li>
        ))}
      </ul>
    </>
  )
}

function AlarmStatus({ value }: { value: AlarmValue }) {
  const { label, tone } = alarmValues[value]
  return <span class={`status ${tone}`}>{label}</span>
}

function Alarm({ name }: { name: string }) {
  const { data, fault } = useAlarms<AlarmDetail>(`console/alarm?${new URLSearchParams({ name })}`)
  return (
    <>
      <p>
        <Link to="/alarms">All alarms</Link>
      </p>
      <header class="heading">
        <h1>{name}</h1>
        {data && (
          <p>
            <AlarmStatus value={data.state} /> since <Moment at={data.since} />
          </p>
        )}
      </header>
      <Fault>{fault}</Fault>
      {data && <AlarmBody alarm={data} />}
    </>
  )
}

function AlarmBody({ alarm }: { alarm: AlarmDetail }) {
  const { rule, reason, description, history } = alarm
  const { loud, sentences } = whyLoudOrQuiet(alarm)
  const over = overAt(alarm)
  return (
    <>
      <section class="card padded">
        <h2>{loud ? 'Why it is loud' : 'Why it is quiet'}</h2>
        <p>{sentences.join(' ')}</p>
        {over && (
          <p>
            If nothing more happens, it is over <Moment at={over} />.
          </p>
        )}
        <p class="quiet">
          CloudWatch's reason for the last change: <q>{reason}</q>
        </p>
      </section>
      <section class="card padded">
        <h2 class="metric-name">{metricOf(rule)}</h2>
        <p class="quiet">
          {ruleSentence(rule)} {missingSentence(rule)}
        </p>
        <AlarmChart alarm={alarm} />
        <dl class="details">
          <dt>Metric</dt>
          <dd>
            {rule.namespace} {rule.metricName}
          </dd>
          {Object.entries(rule.dimensions).map(([key, value]) => (
            <>
              <dt>{key}</dt>
              <dd>{value}</dd>
            </>
          ))}
          <dt>Region</dt>
          <dd>{alarm.region}</dd>
        </dl>
      </section>
      {description && (
        <section class="card padded">
          <h2>What it says in Slack</h2>
          <p class="said">
            <Mrkdwn text={description} />
          </p>
        </section>
      )}
      <section class="card padded">
        <h2>Try it</h2>
        <p class="quiet">A drill puts it into alarm, and posts. The next evaluation ends it.</p>
        <Command text={drillCommand(alarm)} />
      </section>
      <section class="card padded">
        <h2>History</h2>
        <ol class="changes">
          {history.map(({ at, summary }) => (
            <li key={`${at} ${summary}`}>
              <Moment at={at} exactly /> {summary}
            </li>
          ))}
        </ol>
      </section>
    </>
  )
}
