import { useMemo } from 'preact/hooks'
import { allStates, type Group } from '../../graph/machine.ts'
import type { StateInRun } from '../../graph/run-states.ts'
import { countsText, statusText } from '../../graph/status-text.ts'
import { useNow } from '../clock.ts'
import { breakable } from './breakable.tsx'
import { Moment } from './moment.tsx'
import { StateIcon } from './state-icon.tsx'

/** What the graph of a run shows, as a table. */
export function StateTable({
  machine,
  states,
  selected,
  onSelect,
}: {
  machine: Group
  states: StateInRun[]
  selected?: string | undefined
  onSelect?: ((state: string) => void) | undefined
}) {
  const now = useNow()
  const places = useMemo(() => allStates(machine), [machine])
  const moment = (ms: number | undefined) => (ms === undefined ? '–' : <Moment at={new Date(ms).toISOString()} />)
  return (
    <details class="states">
      <summary>The states as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <section class="states-scroll" aria-label="States of the run" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {['State', 'Type', 'Status', 'Attempts', 'Entered', 'Left', 'Next'].map((title) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {states.map((state) => {
              const parent = places.get(state.name)?.parent
              const counts = countsText(state)
              return (
                <tr key={state.name} class={state.name === selected ? 'selected' : ''}>
                  <th scope="row">
                    {onSelect ? (
                      <button
                        type="button"
                        class="as-link"
                        aria-pressed={state.name === selected}
                        onClick={() => onSelect(state.name)}
                      >
                        {breakable(state.name)}
                      </button>
                    ) : (
                      breakable(state.name)
                    )}
                    {parent !== undefined && <div class="quiet">in {parent}</div>}
                  </th>
                  <td>{state.type}</td>
                  <td>
                    <span class={`state-status is-${state.status}`}>
                      <StateIcon status={state.status} />
                      {statusText(state, now)}
                    </span>
                    {state.error !== undefined && <div class="quiet">{state.error}</div>}
                    {counts && <div class="quiet">{counts}</div>}
                  </td>
                  <td>{state.attempts || '–'}</td>
                  <td>{moment(state.enteredMs)}</td>
                  <td>{moment(state.leftMs)}</td>
                  <td>{state.next.map((name) => name ?? 'End').join(', ') || '–'}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </section>
    </details>
  )
}
