/** A line of a function's log, taken apart for reading. */
export interface ReadLine {
  /** What it says. */
  message: string
  /** Its other members, as text, without those that stand elsewhere. */
  fields: [name: string, value: string][]
  /** The run that it belongs to. */
  run?: string
  traceId?: string
}

// These have a place of their own, or repeat what the list shows.
const elsewhere = new Set(['level', 'message', 'function', 'customerId', 'traceId', 'requestId', '_aws'])

const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** Functions write JSON; anything else is a message as it is. */
export function readLine(line: string): ReadLine {
  const value = parsed(line)
  if (!value) return { message: line, fields: [] }
  const { message, customerId, traceId } = value
  const ids = [customerId, traceId].filter((id): id is string => typeof id === 'string' && uuid.test(id))
  return {
    message: typeof message === 'string' ? message : 'writes',
    fields: Object.entries(value)
      .filter(([name]) => !elsewhere.has(name))
      .map(([name, one]) => [name, shown(one)]),
    ...(ids.length === 2 && { run: ids.join('_') }),
    ...(typeof traceId === 'string' && { traceId }),
  }
}

/** Of a mail, its kind and its step say enough. */
function shown(value: unknown): string {
  if (typeof value === 'string') return value
  const { kind, step } = Object(value)
  if (typeof kind !== 'string') return JSON.stringify(value)
  return typeof step === 'number' ? `${kind}, step ${step}` : kind
}

function parsed(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** The part of a function's name that differs within a stack: `reminder` of `confirmation-reminder-dev-reminder`. */
export const shortName = (name: string) => name.split('-').at(-1) ?? name

/** Puts newer rows before those that are known, each once; at most `limit`. */
export function withNewer<Row extends { id: string }>(
  known: readonly Row[],
  newer: readonly Row[],
  limit: number,
): Row[] {
  const ids = new Set(known.map(({ id }) => id))
  return [...newer.filter(({ id }) => !ids.has(id)), ...known].slice(0, limit)
}
