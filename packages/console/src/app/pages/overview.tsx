import { useMemo } from 'preact/hooks'
import type { Overview as Answer, FunnelCounts } from '../../api.ts'
import { percent, type Series, type Stage, seriesOf, stagesOf } from '../../overview/bars.ts'
import { countedOf, shareText } from '../../overview/counted.ts'
import { narrowest } from '../../overview/flow.ts'
import { useFetched } from '../call.ts'
import { FlowDiagram } from '../parts/flow-diagram.tsx'
import { Link } from '../parts/link.tsx'
import { Moment } from '../parts/moment.tsx'
import { Empty, Fault } from '../parts/notes.tsx'
import { useReload } from '../parts/reload.ts'
import { useWidth } from '../parts/width.ts'
import { duration } from '../relative.ts'

// It is made of what functions log.
const lookAfterMs = 1000
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** What became of the registrations, over the time of the local cloud. */
export function Overview() {
  const { data, fault, reload } = useFetched<Answer>('console/overview')
  const counted = useFetched<FunnelCounts>('funnel')
  const reloadAll = () => {
    reload()
    counted.reload()
  }
  useReload(['logs', 'clock'], reloadAll, lookAfterMs)
  return (
    <>
      <header class="heading">
        <h1>Overview</h1>
        <p class="quiet">What the functions' logs say, as far back as they are kept</p>
      </header>
      <Fault>{fault ?? counted.fault}</Fault>
      {counted.data && <WhatTheReminderBrings of={counted.data} />}
      {data?.funnel.registered === 0 && data.errors.length === 0 ? (
        <Empty title="No one has registered yet.">
          <p>
            Register an address, skip a day, and see here who confirmed before the reminder, who was reminded, and who
            never answered.
          </p>
        </Empty>
      ) : (
        data && (
          <>
            <FunnelPicture of={data} />
            <Throughput of={data} />
            <Errors of={data.errors} />
          </>
        )
      )}
    </>
  )
}

/** The numbers that the stage's dashboard shows on AWS. */
function WhatTheReminderBrings({ of }: { of: FunnelCounts }) {
  const counted = countedOf(of)
  const { figure, text } = shareText(of)
  if (counted.length === 0) return null
  return (
    <section class="card padded" aria-labelledby="counted-title">
      <h2 id="counted-title">What the reminder brings</h2>
      <p class="brings">
        {figure && <strong>{figure}</strong>} {text}
      </p>
      <ul class="counted">
        {counted.map(({ key, label, count, length, tone }) => (
          <li key={key}>
            <span>{label}</span> <strong class="figure">{count.toLocaleString('en')}</strong>
            <svg class="share-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              <rect class={`bar ${tone}`} width={100 * length} height="10" />
            </svg>
          </li>
        ))}
      </ul>
      <p class="quiet">As functions count it for CloudWatch, whose dashboard shows it on AWS.</p>
    </section>
  )
}

/** A flow and, for screen readers and where it is too wide, the same as a table with bars. */
function FunnelPicture({ of: { funnel } }: { of: Answer }) {
  const { element, width = 0 } = useWidth<HTMLDivElement>()
  const stages = useMemo(() => stagesOf(funnel).filter(({ count, depth }) => count > 0 || depth === 0), [funnel])
  const isWide = width >= narrowest
  return (
    <section class="card padded" aria-labelledby="funnel-title">
      <h2 id="funnel-title">Registrations</h2>
      <div ref={element}>
        {isWide && <FlowDiagram stages={stages} width={width} />}
        <div class={isWide ? 'hidden' : ''}>
          <FunnelTable stages={stages} />
        </div>
      </div>
    </section>
  )
}

function FunnelTable({ stages }: { stages: readonly Stage[] }) {
  return (
    <table class="funnel">
      <thead class="hidden">
        <tr>
          <th scope="col">Stage</th>
          <th scope="col">Number</th>
          <th scope="col">Share of all registrations</th>
        </tr>
      </thead>
      <tbody>
        {stages.map(({ key, label, count, share, depth, tone }) => (
          <tr key={key}>
            <th scope="row" class={`depth-${depth}`}>
              {label}
            </th>
            <td class="figure">{count.toLocaleString('en')}</td>
            <td class="share">
              <svg class="share-bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                <rect class={`bar ${tone}`} width={100 * share} height="10" />
              </svg>
              <span>{percent(share)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Throughput({ of: { buckets, bucketSeconds } }: { of: Answer }) {
  const [first, last] = [buckets.at(0)?.at, buckets.at(-1)?.at]
  return (
    <section class="card padded" aria-labelledby="throughput-title">
      <h2 id="throughput-title">Over time</h2>
      <p class="quiet">
        Each bar is {duration(bucketSeconds).replace(/^1 /, 'one ')}
        {first && last && `, from ${day.format(new Date(first))} to now`}.
      </p>
      <div class="series">
        {seriesOf(buckets).map((series) => (
          <Bars key={series.key} of={series} />
        ))}
      </div>
    </section>
  )
}

function Bars({ of: { label, tone, total, most, bars } }: { of: Series }) {
  const width = 100 / Math.max(1, bars.length)
  return (
    <figure>
      <figcaption>
        <strong>{total.toLocaleString('en')}</strong> {label}
        {most > 0 && <span class="quiet">, at most {most.toLocaleString('en')} in a bar</span>}
      </figcaption>
      <svg viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">
        {bars.map(({ at, count, height }, index) => (
          <rect
            key={at}
            class={`bar ${tone}`}
            x={index * width + width * 0.1}
            width={width * 0.8}
            // What happened once is visible beside what happened a thousand times.
            y={30 - (count > 0 ? Math.max(1, 30 * height) : 0)}
            height={count > 0 ? Math.max(1, 30 * height) : 0}
          >
            <title>{`${day.format(new Date(at))}: ${count}`}</title>
          </rect>
        ))}
        <line class="axis" x1="0" x2="100" y1="30" y2="30" />
      </svg>
    </figure>
  )
}

function Errors({ of }: { of: Answer['errors'] }) {
  if (of.length === 0) return <p class="quiet">No function has logged an error.</p>
  return (
    <section aria-labelledby="errors-title">
      <h2 id="errors-title">Errors</h2>
      <ul class="rows">
        {of.map((error) => (
          <li key={`${error.function} ${error.error}`}>
            <strong class="figure">{error.count.toLocaleString('en')}</strong>
            <span class="grow">
              <code>{error.error}</code> of{' '}
              <Link to={`/functions/${encodeURIComponent(error.function)}`} query={{ level: 'error' }}>
                {error.function}
              </Link>
            </span>
            <Moment at={error.lastAt} />
          </li>
        ))}
      </ul>
    </section>
  )
}
