import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { LogPage, LogRow } from '../../api.ts'
import { readLine, shortName, withNewer } from '../../logs/read-line.ts'
import { call } from '../call.ts'
import { address, go, usePlace } from '../router.ts'
import { Link } from './link.tsx'
import { Empty, Fault } from './notes.tsx'
import { useReload } from './reload.ts'

const limit = 50
const mostRows = 500
const longestMessage = 160
const toTheSecond = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
})
// Many lines at once are fetched together.
const lookAfterMs = 300

/** The lines of functions as they are written, newest first, with filters that are part of the address. */
export function Log({ functionNames, only }: { functionNames: readonly string[]; only?: string }) {
  const { path, query } = usePlace()
  const filter = {
    function: only ?? query.get('function') ?? '',
    trace: query.get('trace') ?? '',
    level: query.get('level') ?? '',
  }
  const change = (changes: Partial<typeof filter>) => {
    const { function: name, ...rest } = { ...filter, ...changes }
    go(address(path, { ...rest, ...(only === undefined && { function: name }) }), { replace: true })
  }
  const { rows, fault, more, lookedBackTo } = useLines(filter)
  const isFiltered = Boolean(filter.trace || filter.level || (filter.function && only === undefined))
  return (
    <section aria-labelledby="log-title">
      <h2 id="log-title">Log, as it is written</h2>
      <form class="filters" onSubmit={(event) => event.preventDefault()}>
        {only === undefined && (
          <label>
            Function
            <select value={filter.function} onChange={(event) => change({ function: event.currentTarget.value })}>
              <option value="">All</option>
              {functionNames.map((name) => (
                <option key={name} value={name}>
                  {shortName(name)}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          Level
          <select value={filter.level} onChange={(event) => change({ level: event.currentTarget.value })}>
            <option value="">All</option>
            <option value="info">Info</option>
            <option value="error">Error</option>
          </select>
        </label>
        <label class="wide">
          Trace, or any part of a line
          <input
            type="search"
            value={filter.trace}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => change({ trace: event.currentTarget.value })}
          />
        </label>
      </form>
      <Fault>{fault}</Fault>
      {rows?.length === 0 && (
        <Empty title={isFiltered ? 'No line matches.' : 'No function has written anything yet.'}>
          <p>
            {isFiltered
              ? lookedBackTo
                ? 'There may be older ones.'
                : 'Change the filter to see more.'
              : 'Register an address: each function writes a line when it begins, and one when it ends.'}
          </p>
        </Empty>
      )}
      <ol class="live-log">
        {rows?.map((row) => (
          <Line key={row.id} row={row} trace={(trace) => change({ trace })} />
        ))}
      </ol>
      {more && (
        <p>
          <button type="button" onClick={more}>
            Older lines
          </button>
        </p>
      )}
    </section>
  )
}

/** The lines that match, kept up to date; `more` reads older ones. */
function useLines(filter: { function: string; trace: string; level: string }) {
  const search = new URLSearchParams(Object.entries(filter).filter(([, value]) => value))
  search.set('limit', String(limit))
  const path = `console/logs?${search}`
  const [state, setState] = useState<{ path?: string; page?: LogPage; fault?: string }>({})
  const current = useRef(path)
  current.current = path
  const read = useCallback(
    async (extra: Record<string, string>, merge: (page: LogPage, before: LogPage | undefined) => LogPage) => {
      try {
        const page = await call<LogPage>(
          `${path}${Object.entries(extra)
            .map(([name, value]) => `&${name}=${encodeURIComponent(value)}`)
            .join('')}`,
        )
        if (current.current !== path) return
        setState((before) => ({ path, page: merge(page, before.path === path ? before.page : undefined) }))
      } catch (error) {
        if (current.current === path) setState((before) => ({ ...before, fault: (error as Error).message }))
      }
    },
    [path],
  )
  useEffect(() => {
    // While a text is typed, only the last one is searched for.
    const timer = setTimeout(() => void read({}, (page) => page), 150)
    return () => clearTimeout(timer)
  }, [read])
  const newest = state.path === path ? state.page?.rows[0]?.id : undefined
  const look = () => {
    if (state.path !== path) return
    const latest = () => void read({}, (page) => page)
    if (newest === undefined) return latest()
    void read({ since: newest }, (page, before) => {
      const known = before?.rows ?? []
      // There may be more between them: the list begins again.
      if (page.rows.length === limit) latest()
      return { ...before, rows: withNewer(known, page.rows, Math.max(mostRows, known.length)) }
    })
  }
  useReload(['logs'], look, lookAfterMs)
  const next = state.page?.next
  const more = () =>
    void read({ after: next ?? '' }, (page, before) => ({ ...page, rows: [...(before?.rows ?? []), ...page.rows] }))
  const { rows, lookedBackTo } = state.page ?? {}
  return { rows, fault: state.fault, lookedBackTo: next && lookedBackTo, more: next ? more : undefined }
}

/** A stack is as long as a page: its beginning is enough, until someone opens it. */
function Message({ text }: { text: string }) {
  if (text.length <= longestMessage) return <>{text}</>
  return (
    <details>
      <summary>{text.slice(0, longestMessage)}…</summary>
      {text.slice(longestMessage)}
    </details>
  )
}

function Line({ row, trace }: { row: LogRow; trace: (id: string) => void }) {
  const { message, fields, run, traceId } = readLine(row.line)
  return (
    <li class={row.level}>
      <time class="quiet" dateTime={row.at}>
        {toTheSecond.format(new Date(row.at))}
      </time>
      <span class="function">{shortName(row.function)}</span>
      <div class="message">
        {row.level === 'error' && <span class="hidden">Error: </span>}
        <Message text={message} />{' '}
        {fields.map(([name, value]) => (
          <span key={name} class="field">
            <span class="quiet">{name}</span> {value}{' '}
          </span>
        ))}
        {traceId && (
          <button
            type="button"
            class="textual"
            onClick={() => trace(traceId)}
            title={`Only lines of the trace ${traceId}`}
          >
            trace {traceId.slice(0, 8)}
          </button>
        )}{' '}
        {run && <Link to={`/runs/${run}`}>run</Link>}
      </div>
    </li>
  )
}
