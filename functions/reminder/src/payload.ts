import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { ReminderPayload } from '@confirmation-reminder/contracts/payload'
import { getDotPath, safeParse } from 'valibot'

/**
 * Reads the payload of the run.
 * @throws NamedError ContractViolation, which names the fields without quoting them: they may contain anything.
 */
export function readPayload(event: unknown): ReminderPayload {
  const read = safeParse(ReminderPayload, event)
  if (read.success) return read.output
  const fields = read.issues.map((issue) => getDotPath(issue) ?? 'the payload itself')
  throw new NamedError(
    errorNames.contractViolation,
    `The payload of the run breaks its contract in: ${fields.join(', ')}. Start the run with { customerId, traceId }, two UUIDs.`,
  )
}
