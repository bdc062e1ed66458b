import type { StateStatus } from '../../graph/run-states.ts'

const circle = 'M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8'
/** Lines in a square of 16 pixels. */
const lines: Readonly<Record<StateStatus, string>> = {
  notStarted: circle,
  inProgress: `${circle}M6.5 5.5L11 8L6.5 10.5Z`,
  waiting: `${circle}M8 4.5V8L10.5 9.5`,
  succeeded: `${circle}M5.2 8.2L7.2 10.2L10.9 6.2`,
  caught: 'M8 2L14.5 13.5H1.5ZM8 6.3V9.6M8 11.6V11.7',
  failed: `${circle}M5.8 5.8L10.2 10.2M10.2 5.8L5.8 10.2`,
  aborted: `${circle}M6 6H10V10H6Z`,
  timedOut: 'M3.5 2H12.5M3.5 14H12.5M4.5 2C4.5 6 11.5 10 11.5 14M11.5 2C11.5 6 4.5 10 4.5 14',
}

/** The sign of a status, for a picture: words stand beside it. */
export function StateIcon({ status, x = 0, y = 0 }: { status: StateStatus; x?: number; y?: number }) {
  return (
    <svg class={`state-icon is-${status}`} x={x} y={y} width={16} height={16} viewBox="0 0 16 16" aria-hidden="true">
      <path d={lines[status]} />
    </svg>
  )
}
