import type { Point } from '../../graph/arrange.ts'
import { arrow } from '../../graph/curve.ts'
import { type EdgeLabel, rows } from '../../graph/machine-picture.ts'

/** An arrow of a graph with its label. Classes say how it looks: `dashed`, `taken`. */
export function Arrow({ points, label, looks }: { points: Point[]; label: EdgeLabel | undefined; looks: string }) {
  const { line, head } = arrow(points)
  return (
    // biome-ignore lint/a11y/noAriaHiddenOnFocusable: a group of a picture takes no focus
    <g class={`edge ${looks}`} aria-hidden="true">
      <path class="line" d={line} />
      <path class="head" d={head} />
      {label && (
        <g transform={`translate(${label.x} ${label.y})`}>
          <title>{label.text}</title>
          <rect class="label-ground" width={label.width} height={label.height} rx={4} />
          {label.lines.map((text, index) => (
            <text key={index} x={label.width / 2} y={rows.label * (index + 1) - 2}>
              {text}
            </text>
          ))}
        </g>
      )}
    </g>
  )
}
