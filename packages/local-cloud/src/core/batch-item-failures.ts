/**
 * The ids of the messages or records that a function reports as failed. An answer that cannot be read, or that names another
 * id, means all of them, as on AWS.
 */
export function failuresIn(payload: string, batch: readonly { id: string }[]): ReadonlySet<string> {
  const all = new Set(batch.map(({ id }) => id))
  const answer: unknown = JSON.parse(payload)
  if (answer === null || typeof answer !== 'object') return answer === null ? new Set() : all
  const { batchItemFailures } = answer as { batchItemFailures?: unknown }
  if (batchItemFailures === undefined || batchItemFailures === null) return new Set()
  if (!Array.isArray(batchItemFailures)) return all
  const ids = batchItemFailures.map((one: unknown) => Object(one).itemIdentifier as unknown)
  return ids.every((id) => typeof id === 'string' && all.has(id)) ? new Set(ids as string[]) : all
}
