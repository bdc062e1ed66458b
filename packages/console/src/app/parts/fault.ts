import { useCallback, useState } from 'preact/hooks'
import { useReconnected } from '../live.ts'

/** Why an action failed. It is over when the next one succeeds, and when a local cloud that was stopped runs again. */
export function useFault() {
  const [fault, setFault] = useState<string>()
  useReconnected(useCallback(() => setFault(undefined), []))
  return [fault, setFault] as const
}
