import { useMemo, useRef, useState } from 'preact/hooks'
import { nearest } from '../../graph/nearest.ts'
import { percent, type Stage } from '../../overview/bars.ts'
import { flowOf, flowText } from '../../overview/flow.ts'

/** The funnel as a flow. A stage that is pointed at or has the focus says its numbers in a sentence. */
export function FlowDiagram({ stages: all, width }: { stages: readonly Stage[]; width: number }) {
  const { stages, height } = useMemo(() => flowOf(all, width), [all, width])
  const [current, setCurrent] = useState<string>()
  const [pointed, setPointed] = useState<string>()
  const elements = useRef(new Map<string, SVGGElement>())
  const said = stages.find(({ name }) => name === (pointed ?? current))
  const stop = stages.find(({ name }) => name === current) ?? stages[0]
  const press = (name: string) => (event: KeyboardEvent) => {
    const next = nearest(stages, name, event.key)
    if (next === undefined) return
    event.preventDefault()
    elements.current.get(next)?.focus()
  }
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a picture */}
      <svg
        class="flow"
        role="group"
        aria-label="Flow of the registrations. The arrow keys go from stage to stage."
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
      >
        {stages.map((one) => (
          // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: only its text is of use, and the focus brings it
          <g
            key={one.name}
            ref={(element) => void (element && elements.current.set(one.name, element))}
            class={`flow-stage ${one.stage.tone}`}
            role="img"
            aria-label={flowText(one)}
            tabIndex={one === stop ? 0 : -1}
            onKeyDown={press(one.name)}
            onFocus={() => setCurrent(one.name)}
            onMouseEnter={() => setPointed(one.name)}
            onMouseLeave={() => setPointed(undefined)}
          >
            {one.band && <path class="band" d={one.band} />}
            <rect class="bar" x={one.x} y={one.y} width={one.width} height={one.height} rx={1.5} />
            <text class="name" x={one.x + one.width + 8} y={one.y + 14}>
              {one.stage.label}
            </text>
            <text class="figures" x={one.x + one.width + 8} y={one.y + 31}>
              {one.stage.count.toLocaleString('en')}
              {one.from && ` · ${percent(one.stage.share)}`}
            </text>
          </g>
        ))}
      </svg>
      <p class="quiet" aria-hidden="true">
        {said ? `${flowText(said)}.` : 'Point at a stage, or go to it with the keyboard, for its numbers and shares.'}
      </p>
    </>
  )
}
