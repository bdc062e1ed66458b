import { useMemo, useRef, useState } from 'preact/hooks'
import type { HistoryEvent } from '../../api.ts'
import type { Machine } from '../../graph/machine.ts'
import { type EndNode, machinePicture, padding, rows, type StateNode } from '../../graph/machine-picture.ts'
import { nearest } from '../../graph/nearest.ts'
import { edgeKey, type KnownWait, runStates, type StateInRun, statuses } from '../../graph/run-states.ts'
import { countsText, statusText } from '../../graph/status-text.ts'
import { useNow } from '../clock.ts'
import { Arrow } from './arrow.tsx'
import { useCentred } from './centred.ts'
import { StateIcon } from './state-icon.tsx'
import { StateTable } from './state-table.tsx'

/** Around the picture, for lines and focus rings, in pixels. */
const margin = 6
/** How much smaller a picture becomes where it is too wide, before it scrolls. */
const smallest = 0.75

/**
 * The graph of a state machine as AWS's console draws it and, below it, the same as a table. With the history of a run
 * each state has its status, and the way of the run is highlighted.
 */
export function MachineGraph({
  definition,
  events,
  waits,
  selected,
  onSelect,
}: {
  /** JSON text in Amazon States Language. */
  definition: string
  events?: readonly HistoryEvent[] | undefined
  /** When states go on, if the definition does not say it. */
  waits?: readonly KnownWait[] | undefined
  selected?: string | undefined
  onSelect?: ((state: string) => void) | undefined
}) {
  const machine = useMemo(() => JSON.parse(definition) as Machine, [definition])
  const picture = useMemo(() => machinePicture(machine), [machine])
  const run = useMemo(() => events && runStates(machine, events, waits), [machine, events, waits])
  // One state is a stop of the Tab key, the arrow keys go to the others.
  const [current, setCurrent] = useState(selected)
  const elements = useRef(new Map<string, SVGGElement>())
  const stop = picture.states.some(({ name }) => name === current) ? current : picture.states[0]?.name
  const go = (name: string, key: string): boolean => {
    const next = nearest(picture.states, name, key)
    if (next === undefined) return false
    setCurrent(next)
    elements.current.get(next)?.focus()
    return true
  }
  const inProgress = picture.states.find(({ name }) => run?.states.get(name)?.status === 'inProgress')
  const scroller = useCentred<HTMLDivElement>(picture.width, inProgress ?? picture.ends[0])
  const node = (state: StateNode) => (
    <State
      key={state.name}
      node={state}
      inRun={run?.states.get(state.name)}
      isStop={state.name === stop}
      isSelected={state.name === selected}
      onSelect={onSelect}
      onFocus={() => setCurrent(state.name)}
      onArrow={(key) => go(state.name, key)}
      keep={(element) => {
        if (element) elements.current.set(state.name, element)
        else elements.current.delete(state.name)
      }}
    />
  )
  const [width, height] = [picture.width + 2 * margin, picture.height + 2 * margin]
  const edges = [...picture.edges].map((edge) => ({ edge, isTaken: run?.taken.has(edgeKey(edge)) ?? false }))
  // Lines that were taken lie above the others.
  edges.sort((a, b) => Number(a.isTaken) - Number(b.isTaken))
  return (
    <div class="graph">
      <div class="graph-scroll" ref={scroller}>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a picture */}
        <svg
          role="group"
          aria-label="Graph of the states. The arrow keys go from state to state."
          width={width}
          height={height}
          style={{ minWidth: `${smallest * width}px` }}
          viewBox={`${-margin} ${-margin} ${width} ${height}`}
        >
          {picture.states.filter(({ isContainer }) => isContainer).map(node)}
          {edges.map(({ edge, isTaken }) => (
            <Arrow key={edgeKey(edge)} {...edge} looks={`${edge.isCatch ? 'dashed' : ''} ${isTaken ? 'taken' : ''}`} />
          ))}
          {picture.ends.map((end) => (
            <End key={`${end.kind} ${end.parent}`} {...end} />
          ))}
          {picture.states.filter(({ isContainer }) => !isContainer).map(node)}
        </svg>
      </div>
      {run && (
        <StateTable states={[...run.states.values()]} machine={machine} selected={selected} onSelect={onSelect} />
      )}
    </div>
  )
}

interface StateProps {
  node: StateNode
  inRun: StateInRun | undefined
  isStop: boolean
  isSelected: boolean
  onSelect: ((state: string) => void) | undefined
  onFocus: () => void
  /** Whether the key led to another state. */
  onArrow: (key: string) => boolean
  keep: (element: SVGGElement | null) => void
}

function State({ node, inRun, isStop, isSelected, onSelect, onFocus, onArrow, keep }: StateProps) {
  const now = useNow()
  const { name, type, x, y, width, height, lines, isContainer } = node
  const select = () => onSelect?.(name)
  const press = (event: KeyboardEvent) => {
    const isPressed = event.key === 'Enter' || event.key === ' '
    if (isPressed) select()
    if ((isPressed && onSelect) || onArrow(event.key)) event.preventDefault()
  }
  const status = inRun ? statusText(inRun, now) : ''
  const attempts = inRun && inRun.attempts > 1 ? `${inRun.attempts}×` : ''
  const label = [`${name}, ${type}`, status, attempts && `begun ${inRun?.attempts} times`, inRun && countsText(inRun)]
  const role = onSelect ? ({ role: 'button', 'aria-pressed': isSelected } as const) : ({ role: 'img' } as const)
  const nameTop = padding + rows.type
  const statusTop = nameTop + rows.name * lines.length
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: it has a role */}
      <g
        ref={keep}
        {...role}
        aria-label={label.filter(Boolean).join(', ')}
        class={`state is-${inRun?.status ?? 'plain'}${isContainer ? ' container' : ''}${isSelected ? ' selected' : ''}${onSelect ? ' choosable' : ''}`}
        tabIndex={isStop ? 0 : -1}
        transform={`translate(${x} ${y})`}
        onClick={select}
        onKeyDown={press}
        onFocus={onFocus}
      >
        <rect class="box" width={width} height={height} rx={8} />
        {/* In the order of the label, and with its spaces. */}
        {lines.map((line, index) => (
          <text key={index} class="name" x={padding} y={nameTop + rows.name * (index + 1) - 4}>
            {index === lines.length - 1 ? `${line} ` : line}
          </text>
        ))}
        <text class="type" x={padding} y={padding + rows.type - 4}>
          {`${type} `}
        </text>
        {inRun && (
          <>
            <StateIcon status={inRun.status} x={padding} y={statusTop + 3} />
            <text class="status-text" x={padding + 22} y={statusTop + rows.status - 5}>
              {`${status} `}
            </text>
          </>
        )}
        {inRun && <Counts inRun={inRun} top={statusTop + rows.status} />}
      </g>
      {/* Beside it, as its label has other words for this. */}
      {attempts && (
        // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a text of a picture takes no focus
        <text class="attempts" x={x + width - padding} y={y + padding + rows.type - 4} aria-hidden="true">
          {attempts}
        </text>
      )}
    </>
  )
}

function Counts({ inRun: { iterations = {} }, top }: { inRun: StateInRun; top: number }) {
  const counts = statuses.filter((status) => iterations[status])
  return (
    <>
      {counts.map((status, index) => (
        <g key={status} transform={`translate(${padding + index * 44} ${top})`}>
          <StateIcon status={status} y={1} />
          <text class="count" x={19} y={rows.counts - 5}>
            {iterations[status]}
          </text>
        </g>
      ))}
    </>
  )
}

function End({ kind, parent, x, y, width, height }: EndNode) {
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of a picture takes no focus
    <g class={`end ${kind}`} transform={`translate(${x} ${y})`} aria-hidden="true">
      <rect width={width} height={height} rx={height / 2} />
      {parent === undefined && (
        <text x={width / 2} y={height / 2 + 4}>
          {kind === 'start' ? 'Start' : 'End'}
        </text>
      )}
    </g>
  )
}
