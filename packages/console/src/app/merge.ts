/** The rows of a list with those that have changed in their places. Which rows are new is for the caller to find out. */
export function updated<Row>(rows: Row[], changed: readonly Row[], key: (row: Row) => unknown): Row[] {
  const byKey = new Map(changed.map((row) => [key(row), row]))
  return rows.some((row) => byKey.has(key(row))) ? rows.map((row) => byKey.get(key(row)) ?? row) : rows
}

/** A function that calls the given one once, a while after its last call, but at the latest after four such whiles. */
export function settled(call: () => void, afterMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  let firstMs = 0
  return () => {
    const now = performance.now()
    if (timer === undefined) firstMs = now
    else clearTimeout(timer)
    const wait = Math.min(afterMs, Math.max(0, firstMs + 4 * afterMs - now))
    timer = setTimeout(() => {
      timer = undefined
      call()
    }, wait)
  }
}
