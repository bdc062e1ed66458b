import { useCallback, useEffect, useRef, useState } from 'preact/hooks'

/** Stays in the address, so that the page can be reloaded; a cookie would go to every port of this machine. */
const token = () => new URLSearchParams(location.search).get('token')

/** An address of the control surface for what cannot send a header. */
export function withToken(path: string): string {
  const proof = token()
  return proof ? `${path}?${new URLSearchParams({ token: proof })}` : path
}

/** What the local cloud refused, in its own words. */
export class Refused extends Error {
  constructor(
    message: string,
    /** Of the HTTP response. */
    readonly status: number,
  ) {
    super(message)
  }
}

/**
 * Calls the control surface, as in `call('console/runs')`: a POST if there is a body.
 * @throws Refused with what to do; Error if there is no answer.
 */
export async function call<T>(
  path: string,
  { body, signal }: { body?: unknown; signal?: AbortSignal } = {},
): Promise<T> {
  const proof = token()
  const headers = {
    ...(proof && { authorization: `Bearer ${proof}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  }
  const answer = await fetch(`/_local/${path}`, {
    headers,
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    ...(signal && { signal }),
  }).catch((error: Error) => {
    throw error.name === 'AbortError' ? error : new Error('The local cloud does not answer. Start it with npm start.')
  })
  const json = await answer.json()
  if (!answer.ok) throw new Refused(json.detail ?? json.title, answer.status)
  return json as T
}

/** What a path answers, kept while it is fetched again. */
export interface Fetched<T> {
  data: T | undefined
  fault: string | undefined
  reload(): void
  /** Replaces the data, for what a live event already says. */
  set(change: (data: T) => T): void
}

/** Fetches a path, and again when it changes or `reload` is called; calls of `reload` during a fetch lead to one more. */
export function useFetched<T>(path: string | undefined): Fetched<T> {
  const [state, setState] = useState<{ path?: string | undefined; data?: T; fault?: string }>({})
  const running = useRef<{ path: string; again: boolean; abort: AbortController }>()
  const fetchNow = useCallback((wanted: string) => {
    if (running.current?.path === wanted) {
      running.current.again = true
      return
    }
    running.current?.abort.abort()
    const mine = { path: wanted, again: false, abort: new AbortController() }
    running.current = mine
    const done = () => {
      if (running.current !== mine) return false
      running.current = undefined
      if (mine.again) fetchNow(wanted)
      return true
    }
    call<T>(wanted, { signal: mine.abort.signal }).then(
      (data) => done() && setState({ path: wanted, data }),
      (error: Error) => {
        // What is there no longer, such as a mail after a reset, is not shown any more.
        const isGone = error instanceof Refused && error.status === 404
        if (done()) setState(({ data }) => ({ path: wanted, fault: error.message, ...(!isGone && { data }) }))
      },
    )
  }, [])
  useEffect(() => {
    if (path !== undefined) fetchNow(path)
    return () => {
      running.current?.abort.abort()
      running.current = undefined
    }
  }, [path])
  const reload = useCallback(() => path !== undefined && fetchNow(path), [path])
  const set = useCallback(
    (change: (data: T) => T) =>
      setState((before) => (before.data === undefined ? before : { ...before, data: change(before.data) })),
    [],
  )
  return { data: state.data, fault: state.fault, reload, set }
}
