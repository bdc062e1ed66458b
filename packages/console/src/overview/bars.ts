import type { Bucket, Ends, Funnel } from '../api.ts'

type Tone = 'good' | 'live' | 'bad' | 'quiet'

/** A line of the funnel: how many registrations came to a stage. */
export interface Stage {
  key: string
  label: string
  count: number
  /** Its share of all registrations, from 0 to 1. */
  share: number
  /** How deep it stands below the others: 0 for all registrations. */
  depth: 0 | 1 | 2
  tone: Tone
}

const ends: readonly { end: keyof Ends; label: string; tone: Tone }[] = [
  { end: 'confirmed', label: 'Confirmed', tone: 'good' },
  { end: 'withdrawn', label: 'Withdrawn', tone: 'bad' },
  { end: 'undeliverable', label: 'Undeliverable', tone: 'bad' },
  { end: 'lapsed', label: 'Lapsed', tone: 'quiet' },
  { end: 'waiting', label: 'Waiting', tone: 'quiet' },
]

/** The funnel, in the order in which it is told. */
export function stagesOf({ registered, withoutReminder, reminded, afterReminder }: Funnel): Stage[] {
  const endsOf = (counts: Ends, when: string, depth: Stage['depth']) =>
    ends.map(({ end, label, tone }) => ({
      key: `${end} ${when}`,
      label: `${label} ${when}`,
      count: counts[end],
      depth,
      tone,
    }))
  const stages: Omit<Stage, 'share'>[] = [
    { key: 'registered', label: 'Registered', count: registered, depth: 0, tone: 'live' },
    ...endsOf(withoutReminder, 'before the reminder', 1),
    { key: 'reminded', label: 'Reminded', count: reminded, depth: 1, tone: 'live' },
    ...endsOf(afterReminder, 'after it', 2),
  ]
  return stages.map((stage) => ({ ...stage, share: registered === 0 ? 0 : stage.count / registered }))
}

export const percent = (share: number) => `${Number((share * 100).toFixed(share < 0.1 ? 1 : 0))} %`

/** A series of the overview, with a bar for each part of the time: its height from 0 to 1. */
export interface Series {
  key: Exclude<keyof Bucket, 'at'>
  label: string
  tone: Tone
  total: number
  /** The most in one part. */
  most: number
  bars: { at: string; count: number; height: number }[]
}

const series: readonly Pick<Series, 'key' | 'label' | 'tone'>[] = [
  { key: 'registered', label: 'Registrations', tone: 'live' },
  { key: 'reminded', label: 'Reminders', tone: 'live' },
  { key: 'confirmed', label: 'Confirmations', tone: 'good' },
  { key: 'errors', label: 'Errors', tone: 'bad' },
]

/** The series, each to its own scale. */
export function seriesOf(buckets: readonly Bucket[]): Series[] {
  return series.map((one) => {
    const most = Math.max(0, ...buckets.map((bucket) => bucket[one.key]))
    return {
      ...one,
      total: buckets.reduce((sum, bucket) => sum + bucket[one.key], 0),
      most,
      bars: buckets.map((bucket) => ({
        at: bucket.at,
        count: bucket[one.key],
        height: most === 0 ? 0 : bucket[one.key] / most,
      })),
    }
  })
}
