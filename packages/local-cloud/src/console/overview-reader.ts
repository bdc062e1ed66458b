import type { Overview } from '@confirmation-reminder/console/api'
import type { LogSource, StoredLine } from './log-reader.ts'
import { OverviewCounts } from './overview.ts'

/** What keeps the lines that functions wrote, and says when there is a new one. */
export interface LineSource extends Pick<LogSource, 'after'> {
  onLine(listener: (functionName: string, line: StoredLine) => void): void
}

// Between two reads of so many lines, other requests are answered.
const linesAtOnce = 1000

/** Reads all stored lines once, when the overview is first asked for, and counts each new one from then on. */
export class OverviewReader {
  private opening: Promise<void> | undefined
  private readonly counts: OverviewCounts

  constructor(
    private readonly source: LineSource,
    private readonly around: {
      functionNames: () => readonly string[]
      now: () => number
      /** From registration to the moment when an unanswered one lapses. */
      lifetimeMs: number
    },
  ) {
    this.counts = new OverviewCounts(around.lifetimeMs)
  }

  async read(): Promise<Overview> {
    this.opening ??= this.open().catch((error: unknown) => {
      this.opening = undefined
      throw error
    })
    await this.opening
    return this.counts.at(this.around.now())
  }

  private async open(): Promise<void> {
    const early: { name: string; line: StoredLine }[] = []
    let take = (name: string, line: StoredLine): void => {
      early.push({ name, line })
    }
    this.source.onLine((name, line) => take(name, line))
    const read = new Map<string, string>()
    for (const name of this.around.functionNames()) {
      let key = ''
      for (;;) {
        const lines = await this.source.after(name, { key, limit: linesAtOnce })
        for (const { line, atMs } of lines) this.counts.add(line, atMs)
        key = lines.at(-1)?.key ?? key
        if (lines.length < linesAtOnce) break
      }
      read.set(name, key)
    }
    // Lines that came meanwhile, and were not read yet.
    for (const { name, line } of early) if (line.key > (read.get(name) ?? '')) this.counts.add(line.line, line.atMs)
    take = (_, { line, atMs }) => this.counts.add(line, atMs)
  }
}
