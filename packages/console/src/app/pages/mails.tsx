import { useCallback, useMemo, useState } from 'preact/hooks'
import type { LiveEvents, MailDetail, MailRow, Page } from '../../api.ts'
import { useFetched } from '../call.ts'
import { useLive, useReconnected } from '../live.ts'
import { settled } from '../merge.ts'
import { breakable } from '../parts/breakable.tsx'
import { Link } from '../parts/link.tsx'
import { MailFrame, ownTheme } from '../parts/mail-frame.tsx'
import { MailRows } from '../parts/mail-rows.tsx'
import { Moment } from '../parts/moment.tsx'
import { Empty, Fault, Loading } from '../parts/notes.tsx'
import { address, go, usePlace } from '../router.ts'
import { Search } from './runs.tsx'

const burstMs = 300

/** All mails, and one of them to read. */
export function Mails({ rest }: { rest: string }) {
  const { path, query } = usePlace()
  const [q, after] = [query.get('q') ?? '', query.get('after') ?? '']
  const asked = new URLSearchParams(Object.entries({ q, after }).filter(([, value]) => value))
  const { data, fault, reload } = useFetched<Page<MailRow>>(`console/mails?${asked}`)
  const soon = useMemo(() => settled(reload, burstMs), [reload])
  useLive(
    'mails',
    useCallback((_: LiveEvents['mails']) => soon(), [soon]),
    reload,
  )
  const number = /^\d+$/.test(rest) ? Number(rest) : undefined
  return (
    <>
      <div class="heading">
        <h1>Mail</h1>
        <Search
          value={q}
          label="Search mails"
          hint="Address or subject"
          onChange={(text) => go(address(path, { q: text }), { replace: true })}
        />
      </div>
      <Fault>{fault}</Fault>
      <Loading until={Boolean(data || fault)} />
      <div class={number === undefined ? 'mailbox' : 'mailbox reading'}>
        <div class="list">
          {data?.rows.length === 0 &&
            (q || after ? (
              <Empty title="No mail matches." />
            ) : (
              <Empty title="Nothing was sent yet.">
                <p>
                  Mails stay on this machine and open here. <Link to="/">Register an address</Link> to get one.
                </p>
              </Empty>
            ))}
          {data && data.rows.length > 0 && (
            <div class="card">
              <MailRows mails={data.rows} open={number} query={{ q, after }} />
            </div>
          )}
          {data && (after || data.next) && (
            <nav class="pager" aria-label="Pages of mails">
              {after && (
                <Link to={path} query={{ q }}>
                  Newest
                </Link>
              )}
              {data.next && (
                <Link to={path} query={{ q, after: data.next }}>
                  Older
                </Link>
              )}
            </nav>
          )}
        </div>
        {number === undefined ? (
          data && data.rows.length > 0 && <p class="choose quiet">Choose a mail to read it.</p>
        ) : (
          <Reader key={number} number={number} />
        )}
      </div>
    </>
  )
}

const views = ['HTML', 'Text', 'Source', 'Headers'] as const

function Reader({ number }: { number: number }) {
  const { data, fault, reload } = useFetched<MailDetail>(`console/mail?number=${number}`)
  useReconnected(reload)
  const [view, setView] = useState<(typeof views)[number]>('HTML')
  const [theme, setTheme] = useState<'light' | 'dark'>(ownTheme)
  return (
    <article class="reader card">
      <p class="back">
        <Link to="/mails">All mails</Link>
      </p>
      <Fault>{fault}</Fault>
      {data && (
        <>
          <header>
            <h2>{data.subject || '(no subject)'}</h2>
            <p class="quiet">
              {data.headers.From ?? data.from} to {breakable(data.to.join(', '))}, <Moment at={data.at} exactly />
            </p>
            {data.run && (
              <p>
                <Link to={`/runs/${encodeURIComponent(data.run)}`}>Its run</Link>
                {data.state && <span class="quiet"> was in {data.state}</span>}
              </p>
            )}
          </header>
          <fieldset class="chips" aria-label="View">
            {views.map((one) => (
              <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>
                {one}
              </button>
            ))}
            {view === 'HTML' && (
              <button type="button" class="end" onClick={() => setTheme(theme === 'dark' ? 'light' : 'dark')}>
                {theme === 'dark' ? 'Light' : 'Dark'}
              </button>
            )}
          </fieldset>
          {view === 'HTML' && <MailFrame number={number} subject={data.subject} theme={theme} />}
          {view === 'Text' && <Plain text={data.text || 'This mail has no text version.'} />}
          {view === 'Source' && <Plain text={data.html || 'This mail has no HTML version.'} code />}
          {view === 'Headers' && (
            <dl class="headers">
              {Object.entries(data.headers).map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd>
                    <code>{value}</code>
                  </dd>
                </div>
              ))}
            </dl>
          )}
        </>
      )}
    </article>
  )
}

function Plain({ text, code = false }: { text: string; code?: boolean }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, which the keyboard must be able to do
    <pre class={code ? 'plain code' : 'plain'} tabIndex={0}>
      {text}
    </pre>
  )
}
