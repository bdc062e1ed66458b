import { useCallback, useEffect, useRef } from 'preact/hooks'
import type { LiveKind } from '../../api.ts'
import { useLive } from '../live.ts'

/**
 * Calls `reload` a moment after an event of one of the kinds: several events in this time lead to one call. The kinds of a
 * component stay the same.
 */
export function useReload(kinds: readonly LiveKind[], reload: () => void, afterMs: number): void {
  const latest = useRef(reload)
  latest.current = reload
  const timer = useRef<ReturnType<typeof setTimeout>>()
  const soon = useCallback(() => {
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      latest.current()
    }, afterMs)
  }, [afterMs])
  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )
  for (const kind of kinds) useLive(kind, soon, soon)
}
