import { memberOf } from '../core/json.ts'
import type { Call } from './call.ts'
import type { FaultRule } from './fault-rules.ts'

/**
 * Whether a call matches a rule: its request contains the text, or each named member contains its own.
 * Two members are in every request: `request`, all of it, and `caller`, who calls, named in full or by the end of the
 * name alone, because the name of the stack may be anything.
 */
export function matches(match: NonNullable<FaultRule['match']>, { input, caller }: Call): boolean {
  if (typeof match === 'string') return text(input).includes(match)
  const { caller: whoCalls, ...others } = match
  if (whoCalls !== undefined && !`-${caller?.name}`.endsWith(`-${whoCalls}`)) return false
  const members = { ...input, request: input }
  return Object.entries(others).every(([path, part]) => text(member(members, path)).includes(part))
}

function member(value: unknown, path: string): unknown {
  return path.split('.').reduce(memberOf, value)
}

/** A value as the author of a rule sees it: text unchanged, bytes and base64 mails decoded, the rest as JSON. */
function text(value: unknown): string {
  if (typeof value === 'string') return value
  if (Buffer.isBuffer(value)) return value.toString()
  if (value === null || typeof value !== 'object') return String(value ?? '')
  const { RawMessage, Payload } = value as { RawMessage?: { Data?: unknown }; Payload?: unknown }
  const mail = typeof RawMessage?.Data === 'string' ? Buffer.from(RawMessage.Data, 'base64').toString() : ''
  return `${JSON.stringify(value)}${mail}${Buffer.isBuffer(Payload) ? Payload.toString() : ''}`
}
