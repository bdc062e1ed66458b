import { type GenericSchema, getDotPath, safeParse } from 'valibot'

/** A payload that was released once: waiting runs may still hold one like it. */
export interface Sample {
  /** The version of contracts that first had it. */
  version: string
  payload: unknown
}

/**
 * What is wrong with a contract, seen from a payload that was released: one sentence per field, each with what to do
 * instead; empty if the payload still parses to the same meaning.
 */
export function breakingChanges(name: string, contract: GenericSchema, { version, payload }: Sample): string[] {
  const read = safeParse(contract, payload)
  if (!read.success) {
    const faults = read.issues.map((issue) => `${getDotPath(issue) ?? 'the payload itself'} (${issue.message})`)
    return [
      `${name} refuses a payload of contracts ${version}, which a waiting run may hold: ${faults.join(', ')}. ` +
        'Take the old shape as well: make a new field optional, widen a field instead of narrowing it, ' +
        'and give a new meaning a new field.',
    ]
  }
  return lostFields(payload, read.output).map(
    (field) =>
      `${name} no longer reads ${field} of contracts ${version}, which a waiting run may hold. ` +
      `Keep ${field} in the contract, as optional, until no run can hold it any more, and stop using it in the code.`,
  )
}

/** The fields of a payload that reading it drops. */
function lostFields(payload: unknown, output: unknown, path: string[] = []): string[] {
  if (typeof payload !== 'object' || payload === null) return output === undefined ? [path.join('.')] : []
  return Object.entries(payload).flatMap(([key, value]) => {
    const here = [...path, key]
    const kept = Object(output)
    return Object.hasOwn(kept, key) ? lostFields(value, kept[key], here) : [here.join('.')]
  })
}
