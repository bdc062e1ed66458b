import { useEffect, useState } from 'preact/hooks'
import { chartOf } from '../../alarms/chart.ts'
import { metricOf } from '../../alarms/words.ts'
import type { AlarmDetail } from '../../api.ts'
import { plural } from '../relative.ts'

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

// About as many as there are on a phone, so that texts keep their size.
const narrowWidth = 320
const narrow = '(max-width: 40rem)'

/** Whether the window is narrow; the component is drawn again when that changes. */
function useNarrow(): boolean {
  const [is, set] = useState(() => matchMedia(narrow).matches)
  useEffect(() => {
    const query = matchMedia(narrow)
    const update = () => set(query.matches)
    query.addEventListener('change', update)
    return () => query.removeEventListener('change', update)
  }, [])
  return is
}

/** The metric of an alarm with its threshold and the periods that the next evaluation looks at; a table says the same. */
export function AlarmChart({ alarm }: { alarm: AlarmDetail }) {
  const { rule, datapoints, from, to } = alarm
  const { width, height, plot, bars, threshold, window, levels, times } = chartOf(
    alarm,
    useNarrow() ? narrowWidth : undefined,
  )
  const format = Date.parse(to) - Date.parse(from) > 86_400_000 ? day : clock
  const bottom = plot.y + plot.height
  const breaching = datapoints.filter(({ breaches }) => breaches).length
  return (
    <figure class="chart">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`${metricOf(rule)}: ${plural(datapoints.length, 'period')} with data, of which ${breaching} reached the threshold of ${rule.threshold}. The table has the values.`}
      >
        <rect class="window" x={window.x} y={plot.y} width={window.width} height={plot.height} />
        {levels.map(({ y, label }) => (
          <g key={label}>
            <line class="level" x1={plot.x} x2={plot.x + plot.width} y1={y} y2={y} />
            <text class="label" x={plot.x - 6} y={y + 4} text-anchor="end">
              {label}
            </text>
          </g>
        ))}
        {bars.map(({ x, y, width, height, datapoint }) => (
          <rect
            key={datapoint.at}
            class={datapoint.breaches ? 'bar bad' : 'bar'}
            x={x}
            y={y}
            width={width}
            height={height}
          >
            <title>{`${format.format(new Date(datapoint.at))}: ${datapoint.value}`}</title>
          </rect>
        ))}
        <line class="threshold" x1={plot.x} x2={plot.x + plot.width} y1={threshold} y2={threshold} />
        {times.map(({ x, at }, index) => (
          <text
            key={at}
            class="label"
            x={x}
            y={bottom + 17}
            text-anchor={index === 0 ? 'start' : index === 1 ? 'middle' : 'end'}
          >
            {format.format(new Date(at))}
          </text>
        ))}
      </svg>
      <figcaption class="quiet">
        The dashed line is the threshold. The shaded part is what the next evaluation looks at
        {datapoints.length === 0 && '. Nothing was measured in this time'}.
      </figcaption>
      {datapoints.length > 0 && (
        <details>
          <summary>{plural(datapoints.length, 'value')} as a table</summary>
          <table>
            <thead>
              <tr>
                <th scope="col">Period from</th>
                <th scope="col">{metricOf(rule)}</th>
                <th scope="col">Threshold</th>
              </tr>
            </thead>
            <tbody>
              {datapoints.map(({ at, value, breaches }) => (
                <tr key={at}>
                  <td>{day.format(new Date(at))}</td>
                  <td>{value}</td>
                  <td>{breaches ? 'reached' : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </figure>
  )
}
