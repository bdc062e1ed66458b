import { useCallback, useEffect, useState } from 'preact/hooks'
import type { ClockState } from '../api.ts'
import { call } from './call.ts'
import { useLive } from './live.ts'

// The clock of the local cloud, as the page last heard it. Between two events it runs like the machine's.
let known: { state: ClockState; atMs: number } | undefined
const listeners = new Set<() => void>()

/** The time of the local cloud in milliseconds since 1970; the machine's, until the page knows better. */
export function virtualNow(): number {
  return known ? Date.parse(known.state.now) + performance.now() - known.atMs : Date.now()
}

export function setClock(state: ClockState): void {
  known = { state, atMs: performance.now() }
  for (const listener of listeners) listener()
}

/** Keeps the clock up to date. One component of the page calls it. */
export function useClockUpdates(): void {
  const load = useCallback(() => void call<ClockState>('console/clock').then(setClock, () => {}), [])
  useEffect(load, [])
  useLive('clock', setClock, load)
}

/** The state of the clock; the component is drawn again when it changes. */
export function useClock(): ClockState | undefined {
  const [, draw] = useState({})
  useEffect(() => {
    const update = () => draw({})
    listeners.add(update)
    return () => void listeners.delete(update)
  }, [])
  return known?.state
}

// Relative times are in whole minutes from the first one on, so that an idle page has next to nothing to do.
const tickMs = 15_000
const tickers = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

/** The current time; the component is drawn again as it passes, and when it is moved. */
export function useNow(): number {
  const [now, setNow] = useState(virtualNow)
  useEffect(() => {
    const update = () => setNow(virtualNow())
    update()
    tickers.add(update)
    listeners.add(update)
    timer ??= setInterval(() => {
      if (!document.hidden) for (const ticker of tickers) ticker()
    }, tickMs)
    return () => {
      tickers.delete(update)
      listeners.delete(update)
      if (tickers.size > 0) return
      clearInterval(timer)
      timer = undefined
    }
  }, [])
  return now
}
