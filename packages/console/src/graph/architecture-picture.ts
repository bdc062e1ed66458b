import type { Architecture, Bond, Thing, ThingKind } from '../api.ts'
import { arrange, type Box, type Point, type Size } from './arrange.ts'
import { type EdgeLabel, fontSizes, labelOf, padding, rows } from './machine-picture.ts'
import { wrapped } from './text-width.ts'

/** The parts of a stack as a picture: what to draw, and where, in pixels. */
export interface ArchitecturePicture extends Size {
  things: (Thing & Box & { lines: string[] })[]
  bonds: (Bond & { points: Point[]; label: EdgeLabel | undefined })[]
}

/** What each kind of thing is called. */
export const kindNames: Readonly<Record<ThingKind, string>> = {
  route: 'API route',
  function: 'Lambda function',
  machine: 'State machine',
  table: 'DynamoDB table',
  mail: 'SES',
  topic: 'SNS topic',
  queue: 'SQS queue',
  bus: 'Event bus',
  rule: 'EventBridge rule',
  webhook: 'Webhook',
  alarms: 'CloudWatch alarms',
  slack: 'Slack channel',
}

/** Of each thing, in pixels. */
const width = 156

/** Lays out the parts of a stack, with calls leading down. */
export function architecturePicture({ things, bonds }: Architecture): ArchitecturePicture {
  const drawn = things.map((thing) => {
    const lines = wrapped(thing.name, width - 2 * padding, fontSizes.name, 3)
    const height = 2 * padding + rows.type + rows.name * lines.length + (thing.detail ? rows.type : 0)
    return { ...thing, lines, width, height }
  })
  const places = new Map(things.map(({ id }, index) => [id, index]))
  const known = bonds.flatMap((bond) => {
    const [from, to] = [places.get(bond.from), places.get(bond.to)]
    return from === undefined || to === undefined ? [] : [{ bond, from, to, label: actionsLabel(bond) }]
  })
  const { boxes, lines, ...size } = arrange(
    drawn,
    known.map(({ from, to, label, bond }) => ({ from, to, label, weight: bond.kind === 'calls' ? 3 : 1 })),
  )
  return {
    ...size,
    things: drawn.flatMap((thing, index) => ({ ...thing, ...(boxes[index] ?? []) })) as ArchitecturePicture['things'],
    bonds: known.map(({ bond, label }, index) => {
      const line = lines[index]
      return { ...bond, points: line?.points ?? [], label: label && line?.label && { ...label, ...line.label } }
    }),
  }
}

/** What a bond allows, without the service, which the thing at its end names. */
function actionsLabel({ actions }: Bond): EdgeLabel | undefined {
  return labelOf(actions.map((action) => action.replace(/^[^:]*:/, '')).join(', '), { width: 110, mostLines: 4 })
}
