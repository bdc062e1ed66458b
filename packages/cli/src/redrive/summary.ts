import { count } from '../terminal/words.ts'
import { errorOption } from './options.ts'
import type { Judged, Verdict } from './verdict.ts'

/** Counts what became of the runs, by error. */
export class Summary {
  private readonly rows = new Map<string, { error: string; fate: string; runs: number }>()
  /** The runs that were counted. */
  seen = 0
  /** Runs that were redriven; in a dry run, that would be. */
  redriven = 0
  /** Runs that need a decision, or that Step Functions does not redrive. */
  left = 0

  constructor(private readonly dryRun: boolean) {}

  add({ error, verdict }: Judged): void {
    const fate = this.fateOf(error, verdict)
    const key = `${error}\n${fate}`
    const row = this.rows.get(key) ?? { error, fate, runs: 0 }
    this.rows.set(key, { ...row, runs: row.runs + 1 })
    this.seen += 1
    if (verdict === 'redrive') this.redriven += 1
    if (verdict === 'needsDecision' || typeof verdict === 'object') this.left += 1
  }

  /** A line for each error and what became of its runs, the most runs first. */
  lines(): string[] {
    const rows = [...this.rows.values()].sort((a, b) => b.runs - a.runs || a.error.localeCompare(b.error))
    const counts = rows.map(({ runs }) => count(runs))
    const nameWidth = longest(rows.map(({ error }) => error))
    const countWidth = longest(counts)
    return rows.map(({ error, fate }, n) => `${counts[n]?.padStart(countWidth)}  ${error.padEnd(nameWidth)}  ${fate}`)
  }

  /** Whether a run ended with this error. */
  has(error: string): boolean {
    return [...this.rows.values()].some((row) => row.error === error)
  }

  private fateOf(error: string, verdict: Verdict): string {
    if (typeof verdict === 'object') return `cannot be redriven: ${verdict.refusedBecause}`
    switch (verdict) {
      case 'redrive':
        return this.dryRun ? 'would be redriven' : 'redriven'
      case 'notSelected':
        return 'not selected'
      case 'needsDecision':
        return `left for you to decide (docs/runbook.md); to redrive: ${errorOption(error)}`
      case 'redrivenByAnother':
        return 'redriven by another command'
    }
  }
}

const longest = (texts: string[]): number => Math.max(0, ...texts.map(({ length }) => length))
