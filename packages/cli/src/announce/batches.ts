/** The most records of a batch, and the most bytes of them as JSON. */
export interface Most {
  records: number
  bytes: number
}

/**
 * Lambda takes 6 MB in an invocation that is waited for. 100 customers have some 300 events, in 30 requests of `announce` to
 * the bus, one after the other: a fraction of its timeout.
 */
const mostOfAnInvocation: Most = { records: 100, bytes: 5_000_000 }

/**
 * Cuts records into batches, in their order. A record that is larger than a batch may be is one by itself: DynamoDB stores no
 * item that Lambda does not take.
 */
export function batchesOf<R>(records: readonly R[], most: Most = mostOfAnInvocation): R[][] {
  const batches: R[][] = []
  let bytes = 0
  for (const record of records) {
    // With the comma after it.
    const size = Buffer.byteLength(JSON.stringify(record)) + 1
    const last = batches.at(-1)
    if (last && last.length < most.records && bytes + size <= most.bytes) {
      last.push(record)
      bytes += size
    } else {
      batches.push([record])
      bytes = size
    }
  }
  return batches
}
