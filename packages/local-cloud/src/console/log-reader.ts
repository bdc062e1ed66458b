import type { LogPage, LogRow } from '@confirmation-reminder/console/api'

/** A line of a function's log. */
export interface StoredLine {
  /** Unique among the lines of all functions, in the order of time. */
  key: string
  atMs: number
  line: string
}

/** What keeps the lines that functions wrote. */
export interface LogSource {
  /** The lines of a function before the one with this key, or all, newest first; at most `limit`. */
  latest(functionName: string, range: { before: string | undefined; limit: number }): Promise<StoredLine[]>
  /** The lines of a function after the one with this key, oldest first; at most `limit`. */
  after(functionName: string, range: { key: string; limit: number }): Promise<StoredLine[]>
}

/** Which lines are wanted. An empty or missing member wants all. */
export interface LogFilter {
  function?: string | undefined
  /** A part of the line, such as the id of a trace. */
  text?: readonly string[]
  level?: LogRow['level'] | undefined
}

const chunk = 200
// What one request looks at. A page with fewer lines says how far it came, and the next one continues there.
const mostLooked = 5000

/** The lines of all functions, for the console. */
export class LogReader {
  constructor(
    private readonly source: LogSource,
    private readonly functionNames: () => readonly string[],
  ) {}

  /** The lines before the one with the key `after`, or the last ones; newest first. */
  async page(filter: LogFilter, { after, limit }: { after?: string | undefined; limit: number }): Promise<LogPage> {
    const rows: LogRow[] = []
    let before = after
    let lookedBackTo: number | undefined
    for (let looked = 0; looked < mostLooked; ) {
      const { lines, isLast } = await this.linesBefore(filter, before)
      for (const line of lines) {
        looked += 1
        before = line.key
        lookedBackTo = line.atMs
        const row = rowOf(line)
        if (wants(filter, row)) rows.push(row)
        if (rows.length === limit) break
      }
      const isDone = isLast && lines.at(-1)?.key === before
      if (isDone || lines.length === 0) return page(rows, lookedBackTo)
      if (rows.length === limit) break
    }
    return page(rows, lookedBackTo, before)
  }

  /** The lines after the one with this key, newest first; of those, the last `limit`. */
  async since(filter: LogFilter, { key, limit }: { key: string; limit: number }): Promise<LogPage> {
    const found = await Promise.all(
      this.namesIn(filter).map(async (name) =>
        (await this.source.after(name, { key, limit: mostLooked })).map((line) => ({ ...line, function: name })),
      ),
    )
    const rows = newestFirst(found.flat())
      .map(rowOf)
      .filter((row) => wants(filter, row))
    return { rows: rows.slice(0, limit) }
  }

  /** The next lines of all functions together, without a gap. */
  private async linesBefore(filter: LogFilter, before: string | undefined) {
    const found = await Promise.all(
      this.namesIn(filter).map(async (name) =>
        (await this.source.latest(name, { before, limit: chunk })).map((line) => ({ ...line, function: name })),
      ),
    )
    // Of a function with more lines, those before its last one here are unknown.
    const known = found.flatMap((lines) => (lines.length === chunk ? [lines.at(-1)?.key ?? ''] : []))
    const from = known.sort().at(-1) ?? ''
    return { lines: newestFirst(found.flat()).filter(({ key }) => key >= from), isLast: known.length === 0 }
  }

  private namesIn({ function: only }: LogFilter): readonly string[] {
    const names = this.functionNames()
    return only ? names.filter((name) => name === only) : names
  }
}

const page = (rows: LogRow[], lookedBackTo: number | undefined, next?: string): LogPage => ({
  rows,
  ...(lookedBackTo !== undefined && { lookedBackTo: new Date(lookedBackTo).toISOString() }),
  ...(next !== undefined && { next }),
})

type Named = StoredLine & { function: string }
const newestFirst = (lines: Named[]) => lines.sort((a, b) => (a.key < b.key ? 1 : -1))

const rowOf = ({ key, atMs, line, function: name }: Named): LogRow => ({
  id: key,
  at: new Date(atMs).toISOString(),
  function: name,
  level: levelOf(line),
  line,
})

/** Functions say their level in JSON; what Lambda itself writes about a failure names the error. */
export function levelOf(line: string): LogRow['level'] {
  if (line.startsWith('{')) return line.includes('"level":"error"') ? 'error' : 'info'
  return /\b(ERROR|[A-Za-z]*Error:|Uncaught)/.test(line) ? 'error' : 'info'
}

function wants({ text = [], level }: LogFilter, row: LogRow): boolean {
  return (level === undefined || row.level === level) && text.every((part) => row.line.includes(part))
}
