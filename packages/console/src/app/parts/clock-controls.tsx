import { useState } from 'preact/hooks'
import { call } from '../call.ts'
import { useClock, useNow, virtualNow } from '../clock.ts'
import { duration } from '../relative.ts'
import { useFault } from './fault.ts'
import { Fault } from './notes.tsx'

const units = [
  ['minutes', 60],
  ['hours', 3600],
  ['days', 86_400],
] as const

/** Moves the clock, one skip at a time. */
function useSkip() {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useFault()
  const skip = async (skipSeconds: number) => {
    if (busy) return
    setBusy(true)
    setFault(
      await call('clock', { body: { skipSeconds } }).then(
        () => undefined,
        (error: Error) => error.message,
      ),
    )
    setBusy(false)
  }
  return { busy, fault, skip }
}

/** How long until the next run wakes, in seconds; undefined if none waits. */
export function useNextEvent(): number | undefined {
  const clock = useClock()
  const now = useNow()
  return clock?.nextAt === undefined ? undefined : Math.max(0, (Date.parse(clock.nextAt) - now) / 1000)
}

/** Skips to the moment when the next run wakes. */
export const untilNext = (nextAt: string) => Math.max(0, Math.ceil((Date.parse(nextAt) - virtualNow()) / 1000))

/** Buttons that move the clock, and with `free` any length of time. */
export function ClockControls({ free = false }: { free?: boolean }) {
  const { busy, fault, skip } = useSkip()
  const clock = useClock()
  const next = useNextEvent()
  const [amount, setAmount] = useState('3')
  const [unit, setUnit] = useState(86_400)
  const nextAt = clock?.nextAt
  // Buttons that are off would lose the focus while the clock moves.
  const off = { 'aria-disabled': busy }
  return (
    <div class="clock-controls" aria-busy={busy}>
      <button
        type="button"
        aria-disabled={busy || nextAt === undefined}
        title={next === undefined ? 'No run waits' : `A run wakes in ${duration(next)}`}
        class={free ? 'main' : ''}
        onClick={() => nextAt !== undefined && skip(untilNext(nextAt))}
      >
        To the next event
      </button>
      <button type="button" {...off} onClick={() => skip(3600)}>
        +1 hour
      </button>
      <button type="button" {...off} onClick={() => skip(86_400)}>
        +1 day
      </button>
      {free && (
        <form
          class="inline"
          onSubmit={(event) => {
            event.preventDefault()
            void skip(Number(amount) * unit)
          }}
        >
          <label class="hidden" for="skip-amount">
            How long to skip
          </label>
          <input
            id="skip-amount"
            type="number"
            min="0"
            step="any"
            required
            value={amount}
            onInput={({ currentTarget }) => setAmount(currentTarget.value)}
          />
          <select aria-label="Unit" value={unit} onChange={({ currentTarget }) => setUnit(Number(currentTarget.value))}>
            {units.map(([name, seconds]) => (
              <option key={name} value={seconds}>
                {name}
              </option>
            ))}
          </select>
          <button type="submit" {...off}>
            Skip
          </button>
        </form>
      )}
      <Fault>{fault}</Fault>
    </div>
  )
}
