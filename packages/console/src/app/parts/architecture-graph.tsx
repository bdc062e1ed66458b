import { useMemo } from 'preact/hooks'
import type { Architecture, Thing } from '../../api.ts'
import { type ArchitecturePicture, architecturePicture, kindNames } from '../../graph/architecture-picture.ts'
import { padding, rows } from '../../graph/machine-picture.ts'
import { address, go } from '../router.ts'
import { Arrow } from './arrow.tsx'
import { useCentred } from './centred.ts'
import { Link } from './link.tsx'

/** Around the picture, in pixels. */
const margin = 6
/** How much smaller the picture becomes where it is too wide, before it scrolls. */
const smallest = 0.75

/** The parts of a stack as a graph and, below it, the same as a table. Each part that has a page leads to it. */
export function ArchitectureGraph({ architecture }: { architecture: Architecture }) {
  const picture = useMemo(() => architecturePicture(architecture), [architecture])
  const [top] = [...picture.things].sort((a, b) => a.y - b.y)
  const scroller = useCentred<HTMLElement>(picture.width, top)
  const [width, height] = [picture.width + 2 * margin, picture.height + 2 * margin]
  return (
    <div class="graph">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <section ref={scroller} class="graph-scroll" aria-label="Graph of the stack" tabIndex={0}>
        <svg
          width={width}
          height={height}
          style={{ minWidth: `${smallest * width}px` }}
          viewBox={`${-margin} ${-margin} ${width} ${height}`}
        >
          <title>What calls what, and what may call what. The table below says the same.</title>
          {picture.bonds.map(({ from, to, kind, points, label }) => (
            <Arrow key={`${from} ${to}`} points={points} label={label} looks={kind === 'may' ? 'dashed' : 'taken'} />
          ))}
          {picture.things.map((thing) => (
            <DrawnThing key={thing.id} thing={thing} />
          ))}
        </svg>
      </section>
      <p class="quiet">
        Solid: the stack says that it calls. Dashed: the policies of its role allow it. The labels are what they allow.
      </p>
      <ArchitectureTable architecture={architecture} />
    </div>
  )
}

function DrawnThing({ thing }: { thing: ArchitecturePicture['things'][number] }) {
  const { kind, lines, detail, page, x, y, width, height } = thing
  const nameTop = padding + rows.type
  const drawing = (
    <g class={`thing kind-${kind}`} transform={`translate(${x} ${y})`}>
      <rect class="box" width={width} height={height} rx={8} />
      <text class="type" x={padding} y={padding + rows.type - 4}>
        {/* The spaces keep the words apart for screen readers. */}
        {`${kindNames[kind]} `}
      </text>
      {lines.map((line, index) => (
        <text key={index} class="name" x={padding} y={nameTop + rows.name * (index + 1) - 4}>
          {`${line} `}
        </text>
      ))}
      {detail && (
        <text class="type" x={padding} y={nameTop + rows.name * lines.length + rows.type - 4}>
          {detail}
        </text>
      )}
    </g>
  )
  if (page === undefined) return drawing
  const href = address(page)
  const open = (event: MouseEvent) => {
    if (event.button !== 0 || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    go(href)
  }
  return (
    <a href={href} aria-label={`${kindNames[kind]} ${thing.name}`} onClick={open}>
      {drawing}
    </a>
  )
}

function ArchitectureTable({ architecture: { things, bonds } }: { architecture: Architecture }) {
  const names = new Map(things.map(({ id, kind, name }) => [id, `${kindNames[kind]} ${name}`]))
  const list = (thing: Thing, kind: 'calls' | 'may') => (
    <ul>
      {bonds
        .filter((bond) => bond.from === thing.id && bond.kind === kind)
        .map(({ to, actions }) => (
          <li key={to}>
            {names.get(to)}
            {actions.length > 0 && <span class="quiet">: {actions.join(', ')}</span>}
          </li>
        ))}
    </ul>
  )
  return (
    <details class="states">
      <summary>The stack as a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be within reach of the keyboard */}
      <section class="states-scroll" aria-label="Parts of the stack" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col">Calls</th>
              <th scope="col">May call</th>
            </tr>
          </thead>
          <tbody>
            {things.map((thing) => (
              <tr key={thing.id}>
                <th scope="row">
                  {thing.page === undefined ? thing.name : <Link to={thing.page}>{thing.name}</Link>}
                  <div class="quiet">{[kindNames[thing.kind], thing.detail].filter(Boolean).join(', ')}</div>
                </th>
                <td>{list(thing, 'calls')}</td>
                <td>{list(thing, 'may')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  )
}
