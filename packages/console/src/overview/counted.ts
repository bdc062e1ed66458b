import type { FunnelCounts } from '../api.ts'
import { percent, type Stage } from './bars.ts'

/** A number that functions counted, and the length of its bar: from 0 to 1, for the largest of them. */
export interface Counted extends Pick<Stage, 'label' | 'count' | 'tone'> {
  key: Exclude<keyof FunnelCounts, 'shareOfReminder'>
  length: number
}

const counted: readonly Pick<Counted, 'key' | 'label' | 'tone'>[] = [
  { key: 'registered', label: 'Registered', tone: 'live' },
  { key: 'confirmedBeforeReminder', label: 'Confirmed before the reminder', tone: 'good' },
  { key: 'reminded', label: 'Reminded', tone: 'live' },
  { key: 'confirmedAfterReminder', label: 'Confirmed after the reminder', tone: 'good' },
  { key: 'withdrawn', label: 'Withdrawn', tone: 'bad' },
  { key: 'undeliverable', label: 'Undeliverable', tone: 'bad' },
  { key: 'lapsed', label: 'Lapsed', tone: 'quiet' },
  { key: 'botsRefused', label: 'Refused as bots', tone: 'quiet' },
  { key: 'proofsMissing', label: 'Refused without a proof of work', tone: 'quiet' },
]

/** The numbers in the order in which they are told; none, if nothing was counted. */
export function countedOf(counts: FunnelCounts): Counted[] {
  const most = Math.max(...counted.map(({ key }) => counts[key]))
  if (most === 0) return []
  return counted.map((one) => ({ ...one, count: counts[one.key], length: counts[one.key] / most }))
}

/** What the reminder brings: the share as a figure, if there is one, and in words. */
export function shareText(counts: FunnelCounts): { figure?: string; text: string } {
  const { shareOfReminder, confirmedBeforeReminder, confirmedAfterReminder } = counts
  if (shareOfReminder === null) return { text: 'No one has confirmed yet.' }
  const all = confirmedBeforeReminder + confirmedAfterReminder
  const [part, whole] = [confirmedAfterReminder, all].map((number) => number.toLocaleString('en'))
  return { figure: percent(shareOfReminder), text: `of all confirmations came after a reminder: ${part} of ${whole}.` }
}
