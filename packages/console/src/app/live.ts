import { useEffect, useState } from 'preact/hooks'
import type { LiveEvents, LiveKind } from '../api.ts'
import { withToken } from './call.ts'

/** Whether the page hears what changes: `lost` while the local cloud is stopped. */
export type Connection = 'connecting' | 'open' | 'lost'

type Listener<Kind extends LiveKind> = (event: LiveEvents[Kind]) => void

const kinds: readonly LiveKind[] = ['clock', 'runs', 'mails', 'posts', 'logs']
const listeners = new Map<LiveKind, Set<Listener<never>>>(kinds.map((kind) => [kind, new Set()]))
const watchers = new Set<(connection: Connection) => void>()
let connection: Connection = 'connecting'
let source: EventSource | undefined

function set(next: Connection): void {
  connection = next
  for (const watcher of watchers) watcher(next)
}

/** Opens the one stream of events. The browser opens it again by itself; a page that is hidden needs none. */
export function connect(): void {
  const open = () => {
    if (source || document.hidden) return
    source = new EventSource(withToken('/_local/events'))
    source.onopen = () => set('open')
    source.onerror = () => {
      set('lost')
      // After an answer that is no stream the browser does not try again.
      if (source?.readyState === EventSource.CLOSED) {
        source = undefined
        setTimeout(open, 2000)
      }
    }
    for (const kind of kinds) {
      source.addEventListener(kind, ({ data }: MessageEvent<string>) => {
        const event = JSON.parse(data) as never
        for (const listener of listeners.get(kind) ?? []) listener(event)
      })
    }
  }
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) return open()
    source?.close()
    source = undefined
  })
  open()
}

/** Calls the listener with every event of a kind. After a time without events, `reconnected` is called instead. */
export function useLive<Kind extends LiveKind>(
  kind: Kind,
  listener: Listener<Kind>,
  reconnected: () => void = () => {},
): void {
  useEffect(() => {
    const set = listeners.get(kind)
    set?.add(listener)
    return () => void set?.delete(listener)
  }, [kind, listener])
  useReconnected(reconnected)
}

/** Calls the function when the page hears again what changes, after it did not. */
export function useReconnected(reconnected: () => void): void {
  useEffect(() => {
    let before = connection
    // What is drawn while the connection is lost could not be fetched.
    let opened = connection !== 'connecting'
    const watch = (now: Connection) => {
      if (now === 'open' && before !== 'open' && opened) reconnected()
      opened ||= now === 'open'
      before = now
    }
    watchers.add(watch)
    return () => void watchers.delete(watch)
  }, [reconnected])
}

/** Whether the page is connected; the component is drawn again when that changes. */
export function useConnection(): Connection {
  const [state, setState] = useState(connection)
  useEffect(() => {
    watchers.add(setState)
    setState(connection)
    return () => void watchers.delete(setState)
  }, [])
  return state
}
