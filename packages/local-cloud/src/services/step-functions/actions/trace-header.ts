import { randomUUID } from 'node:crypto'

const root = /^Root=1-[\da-f]{8}-[\da-f]{24}$/

/**
 * The X-Ray trace header of a run, as AWS was recorded to make it from the one that the caller sent: a Root that is valid
 * stays, any other is replaced, and the trace is sampled unless the caller says otherwise. Without a header, only a state
 * machine with tracing begins a trace.
 */
export function traceHeaderOf(given: string | undefined, tracing: boolean, nowMs: number): string | undefined {
  if (given === undefined && !tracing) return undefined
  const [sampled] = /Sampled=[01]/.exec(given ?? '') ?? []
  if (given?.split(';').some((field) => root.test(field))) return sampled ? given : `${given};Sampled=1`
  const seconds = Math.floor(nowMs / 1000).toString(16)
  // Node has random bytes for UUIDs in stock: to ask the system for them takes as long as much else of a start.
  const random = randomUUID().replaceAll('-', '').slice(-24)
  return `Root=1-${seconds}-${random};${sampled ?? 'Sampled=1'}`
}
