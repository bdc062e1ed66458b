import { useEffect, useRef } from 'preact/hooks'

/** Calls an action again and again, while the page is visible. Undefined milliseconds: never. */
export function useInterval(action: () => void, milliseconds: number | undefined): void {
  const latest = useRef(action)
  latest.current = action
  useEffect(() => {
    if (milliseconds === undefined) return
    const timer = setInterval(() => {
      if (!document.hidden) latest.current()
    }, milliseconds)
    return () => clearInterval(timer)
  }, [milliseconds])
}
