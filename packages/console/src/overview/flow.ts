import type { Box } from '../graph/arrange.ts'
import { percent, type Stage } from './bars.ts'

/** A stage in the picture: its bar, and the band that leads to it. */
export interface FlowStage extends Box {
  name: string
  stage: Stage
  /** The stage that it comes from. */
  from: FlowStage | undefined
  /** The outline of the band from there, as the path of an SVG. */
  band: string | undefined
}

// All in pixels.
const barWidth = 10
/** As high as all registrations are. */
const fullHeight = 240
/** So that one of thousands is seen. */
const thinnest = 2
/** What the two lines of text beside a bar need. */
const labelHeight = 38
const gap = 10
/** Where the bars of each depth stand, as a share of the width: the texts beside them have lengths of their own. */
const columns = [0, 0.3, 0.71] as const
/** Where fewer pixels are left, the texts meet the next bars. */
export const narrowest = 620

/**
 * The funnel as a flow, from left to right: each stage that any registration came to, in the given order, as a bar. What it came
 * from is the latest stage before it that is less deep.
 */
export function flowOf(
  stages: readonly Stage[],
  width: number,
): { stages: FlowStage[]; width: number; height: number } {
  const shown: FlowStage[] = []
  for (const stage of stages) {
    if (stage.count === 0) continue
    const from = shown.findLast(({ stage: { depth } }) => depth === stage.depth - 1)
    const x = columns[stage.depth] * width
    shown.push({ name: stage.key, stage, from, x, y: 0, width: barWidth, height: 0, band: undefined })
  }
  const ones = fullHeight / Math.max(1, stages[0]?.count ?? 0)
  // From the last one on, as a stage is as high as all that come from it.
  for (const one of shown.toReversed()) {
    if (one.height === 0) one.height = Math.max(thinnest, one.stage.count * ones)
    if (one.from) one.from.height += one.height
  }
  const ends = columns.map(() => 0)
  const left = new Map<FlowStage | undefined, number>()
  for (const one of shown) {
    const { depth } = one.stage
    one.y = Math.max(ends[depth] ?? 0, one.from?.y ?? 0)
    ends[depth] = one.y + Math.max(one.height, labelHeight) + gap
    if (!one.from) continue
    const start = left.get(one.from) ?? one.from.y
    left.set(one.from, start + one.height)
    one.band = bandOf({ x: one.from.x + barWidth, y: start }, one)
  }
  return { stages: shown, width, height: Math.max(0, Math.max(...ends) - gap) }
}

function bandOf(start: { x: number; y: number }, { x, y, height }: Box): string {
  const middle = (start.x + x) / 2
  const upper = `M${start.x} ${start.y}C${middle} ${start.y} ${middle} ${y} ${x} ${y}`
  const lower = `V${y + height}C${middle} ${y + height} ${middle} ${start.y + height} ${start.x} ${start.y + height}Z`
  return upper + lower
}

/** What the picture says about a stage, in words. */
export function flowText({ stage: { label, count, share }, from }: FlowStage): string {
  const all = from ? `, ${percent(share)} of all registrations` : ''
  const part = from?.from ? `, ${percent(count / from.stage.count)} of those ${from.stage.label.toLowerCase()}` : ''
  return `${label}: ${count.toLocaleString('en')}${all}${part}`
}
