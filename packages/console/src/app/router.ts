import { useEffect, useState } from 'preact/hooks'

/** Where the page is: a path such as `/runs/<name>`, and its query. */
export interface Place {
  path: string
  query: URLSearchParams
}

const place = (): Place => ({ path: location.pathname, query: new URLSearchParams(location.search) })
const listeners = new Set<() => void>()
const changed = () => {
  for (const listener of listeners) listener()
}
addEventListener('popstate', changed)

/** The address of a page of the console, with the token, if this page has one: so it can be reloaded and copied. */
export function address(path: string, query: Record<string, string | undefined> = {}): string {
  const token = new URLSearchParams(location.search).get('token') ?? undefined
  const pairs = Object.entries({ ...query, token }).filter((pair): pair is [string, string] => Boolean(pair[1]))
  return pairs.length > 0 ? `${path}?${new URLSearchParams(pairs)}` : path
}

/** Opens a page of the console. With `replace`, the back button leads to the page before this one. */
export function go(to: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', to)
  changed()
}

/** The current place; the component is drawn again when it changes. */
export function usePlace(): Place {
  const [now, setNow] = useState(place)
  useEffect(() => {
    const update = () => setNow(place())
    listeners.add(update)
    return () => void listeners.delete(update)
  }, [])
  return now
}
