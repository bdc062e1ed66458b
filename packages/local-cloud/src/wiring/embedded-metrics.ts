import * as v from 'valibot'
import { parseJson } from '../core/json.ts'
import type { Datum } from '../core/metrics.ts'

/** What of CloudWatch's embedded metric format is read: the rest of a line are the values that it names. */
const Line = v.looseObject({
  _aws: v.object({
    Timestamp: v.number(),
    CloudWatchMetrics: v.array(
      v.object({
        Namespace: v.string(),
        Dimensions: v.array(v.array(v.string())),
        Metrics: v.array(v.object({ Name: v.string(), Unit: v.optional(v.string(), 'None') })),
      }),
    ),
  }),
})

/** The metrics in a line of a function's log; none in most lines. CloudWatch ignores what it cannot read, too. */
export function embeddedMetrics(line: string): Datum[] {
  if (!line.startsWith('{') || !line.includes('"_aws"')) return []
  const read = v.safeParse(Line, parsed(line))
  if (!read.success) return []
  const { _aws, ...values } = read.output
  return _aws.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) => {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(values[name])]))
      return Metrics.flatMap(({ Name: name, Unit: unit }) =>
        [values[name]]
          .flat()
          .filter((value) => typeof value === 'number')
          .map((value) => ({ namespace, name, dimensions, unit, value, atMs: _aws.Timestamp })),
      )
    }),
  )
}

function parsed(line: string): unknown {
  try {
    return parseJson(line)
  } catch {
    return undefined
  }
}
