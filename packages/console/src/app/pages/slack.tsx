import type { SlackEntry, SlackMessage, SlackPage } from '../../api.ts'
import { useFetched } from '../call.ts'
import { Link } from '../parts/link.tsx'
import { Moment } from '../parts/moment.tsx'
import { Mrkdwn } from '../parts/mrkdwn.tsx'
import { Empty, Fault } from '../parts/notes.tsx'
import { useReload } from '../parts/reload.ts'
import { plural } from '../relative.ts'
import { usePlace } from '../router.ts'

const limit = 30

/** The Slack channel as it would look, newest post first. */
export function Slack() {
  const after = usePlace().query.get('after')
  const path = `console/slack?${new URLSearchParams({ limit: String(limit), ...(after && { after }) })}`
  const { data, fault, reload } = useFetched<SlackPage>(path)
  useReload(['posts'], reload, 300)
  return (
    <>
      <header class="heading">
        <h1>Slack</h1>
        {data?.channel && <p class="quiet">Channel {data.channel}, newest post first</p>}
      </header>
      <Fault>{fault}</Fault>
      {data?.total === 0 && (
        <Empty title="No posts yet.">
          <p>
            Alarms that change, and runs that fail, are posted here as Slack would show them. To see one, break
            something on the page <Link to="/faults">Faults</Link>, or start a drill on the page of an{' '}
            <Link to="/alarms">alarm</Link>.
          </p>
        </Empty>
      )}
      {after && (
        <p>
          <Link to="/slack">Newest posts</Link>
        </p>
      )}
      <ol class="channel">
        {data?.rows.map((entry) => (
          <li key={entry.id}>
            <Entry entry={entry} />
          </li>
        ))}
      </ol>
      {data?.next && (
        <p>
          <Link to="/slack" query={{ after: data.next }}>
            Older posts
          </Link>{' '}
          <span class="quiet">of {data.total.toLocaleString('en')} entries</span>
        </p>
      )}
    </>
  )
}

function Entry({ entry }: { entry: SlackEntry }) {
  if (entry.kind === 'firstOk') return <FirstOk messages={entry.messages} />
  const { message, replies } = entry
  return (
    <>
      <Message message={message} />
      {replies.length > 0 && (
        <details class="thread">
          <summary>
            {replies.length} {replies.length === 1 ? 'reply' : 'replies'}
            <Latest of={replies} />
          </summary>
          <ol>
            {replies.map((reply) => (
              <li key={reply.id}>
                <Message message={reply} />
              </li>
            ))}
          </ol>
        </details>
      )}
    </>
  )
}

function Latest({ of }: { of: SlackMessage[] }) {
  const at = of.at(-1)?.at
  return at ? (
    <>
      {', the last one '}
      <Moment at={at} />
    </>
  ) : null
}

/** New alarms report that nothing is wrong: one entry, which Slack would show as so many posts. */
function FirstOk({ messages }: { messages: SlackMessage[] }) {
  const [first] = messages
  return (
    <article class="slack-post">
      <span class="avatar" aria-hidden="true">
        ✅
      </span>
      <div>
        <p class="by">
          <strong>{messages.length === 1 ? 'A new alarm reports' : `${messages.length} new alarms report`} OK</strong>
          {first && <Moment at={first.at} />}
        </p>
        <details>
          <summary>
            A new alarm posts once that nothing is wrong. Slack shows {plural(messages.length, 'post')} here.
          </summary>
          <ul class="names">
            {messages.map(({ id, alarm }) => (
              <li key={id}>{alarm && <Link to={`/alarms/${encodeURIComponent(alarm.name)}`}>{alarm.name}</Link>}</li>
            ))}
          </ul>
        </details>
      </div>
    </article>
  )
}

function Message({ message }: { message: SlackMessage }) {
  const { at, kind, title, text, alarm, dropped } = message
  const heading = <Mrkdwn text={title} />
  return (
    <article class="slack-post">
      <span class="avatar" aria-hidden="true">
        Q
      </span>
      <div>
        <p class="by">
          <strong>Amazon Q Developer</strong> <span class="app">APP</span> <Moment at={at} />
        </p>
        {dropped === null ? (
          <div class={`attachment ${moodOf(kind, alarm)}`}>
            <h2>{alarm ? <Link to={`/alarms/${encodeURIComponent(alarm.name)}`}>{heading}</Link> : heading}</h2>
            <p class="said">
              <Mrkdwn text={text} />
            </p>
          </div>
        ) : (
          <p class="attachment dropped">
            <strong>Slack never shows this message.</strong> {dropped}
          </p>
        )}
      </div>
    </article>
  )
}

function moodOf(kind: SlackMessage['kind'], alarm: SlackMessage['alarm']): string {
  if (alarm) return alarm.to === 'ALARM' ? 'alarming' : alarm.to === 'OK' ? 'calm' : ''
  return kind === 'custom' ? 'alarming' : ''
}
