import { useEffect, useRef } from 'preact/hooks'
import type { Home } from '../api.ts'
import { useFetched } from './call.ts'
import { useClock, useClockUpdates, useNow } from './clock.ts'
import { connect, useConnection } from './live.ts'
import { pages } from './pages.tsx'
import { ClockControls } from './parts/clock-controls.tsx'
import { Link } from './parts/link.tsx'
import { Empty } from './parts/notes.tsx'
import { Reset } from './parts/reset.tsx'
import { duration } from './relative.ts'
import { address, usePlace } from './router.ts'

/** What every page has around it: the stack, the clock, the navigation. */
export function Shell() {
  const { path } = usePlace()
  useEffect(connect, [])
  useClockUpdates()
  const { data: home } = useFetched<Home>('console/home')
  const [, first = '', rest = ''] = /^\/([a-z]*)\/?(.*)$/.exec(path) ?? []
  const page = pages.find((one) => one.path === first)
  const main = useRef<HTMLElement>(null)
  const nav = useRef<HTMLElement>(null)
  const before = useRef({ path, first })
  useEffect(() => {
    document.title = `${page?.title ?? 'No such page'} · ${home?.stack ?? 'console'}`
  }, [page, home])
  useEffect(() => {
    // On a phone, the navigation is a line that scrolls sideways.
    const link = nav.current?.querySelector<HTMLElement>('[aria-current]')
    if (link) nav.current?.scrollTo({ left: link.offsetLeft + link.offsetWidth / 2 - nav.current.clientWidth / 2 })
  }, [page])
  useEffect(() => {
    // Screen readers read the new page; on the first one the browser does that itself.
    if (before.current.path === path) return
    const isOther = before.current.first !== first
    before.current = { path, first }
    // On the same page, what had the focus may still be there, such as a mail in its list.
    const focus = () =>
      (isOther || document.activeElement === document.body) && main.current?.focus({ preventScroll: true })
    requestAnimationFrame(focus)
    if (isOther) scrollTo(0, 0)
  }, [path, first])
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="top">
        <p class="brand">{home?.stack ?? 'confirmation-reminder'}</p>
        {home?.iam === 'off' && <strong class="status bad">IAM is off</strong>}
        <Time />
      </header>
      <Connected />
      <nav aria-label="Pages" ref={nav}>
        <ul>
          {pages.map((one) => (
            <li key={one.path}>
              <Link to={`/${one.path}`} {...(one === page && { 'aria-current': 'page' as const })}>
                {one.title}
              </Link>
            </li>
          ))}
          <li>
            <a href={address('/_local/gallery')}>Gallery</a>
          </li>
          {home?.resets && (
            <li class="last">
              <Reset />
            </li>
          )}
        </ul>
      </nav>
      <main id="main" ref={main} tabIndex={-1}>
        {page ? (
          <page.Page rest={decode(rest)} />
        ) : (
          <>
            <h1>No such page</h1>
            <Empty title={`There is no page ${path}.`}>
              <p>
                The navigation lists all pages. The story begins on <Link to="/">the first one</Link>.
              </p>
            </Empty>
          </>
        )}
      </main>
    </>
  )
}

/** A part of a path as text; malformed escapes stay as they are. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

const dayAndTime = new Intl.DateTimeFormat(undefined, {
  weekday: 'short',
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
})

/** The clock of the local cloud, on every page. */
function Time() {
  const clock = useClock()
  const now = useNow()
  const ahead = clock?.offsetSeconds ?? 0
  return (
    <div class="time">
      <p>
        <time dateTime={new Date(now).toISOString()}>{dayAndTime.format(now)}</time>
        {ahead >= 60 && <span class="quiet"> · {duration(ahead)} ahead</span>}
      </p>
      <ClockControls />
    </div>
  )
}

function Connected() {
  const connection = useConnection()
  return (
    <p class={connection === 'lost' ? 'connection lost' : 'connection'} role="status">
      {connection === 'lost' && 'The local cloud is stopped. This page continues when it runs again.'}
    </p>
  )
}
