import type { Findings } from './findings.ts'
import { designsTable, herdsTable, quotasTable, ratesTable, usesTable } from './tables.ts'

/** The tables of docs/scale.md, by the names of their markers. */
export function tablesOf({ limits, rates, uses, elsewhere, herds, designs }: Findings): Record<string, string> {
  return {
    rates: ratesTable(rates, limits),
    limits: usesTable(uses, elsewhere, limits),
    herds: herdsTable(herds),
    designs: designsTable(designs),
    quotas: quotasTable(),
  }
}

const marked = /<!-- simulate:(\w+) -->\n[\s\S]*?<!-- \/simulate -->/g

/**
 * Puts tables between their markers, `<!-- simulate:name -->` and `<!-- /simulate -->`.
 * @throws Error that names a marker without a table, or a table without a marker
 */
export function withTables(text: string, tables: Readonly<Record<string, string>>): string {
  const left = new Set(Object.keys(tables))
  const written = text.replaceAll(marked, (_, name: string) => {
    const table = tables[name]
    if (table === undefined)
      throw new Error(`docs/scale.md has the marker simulate:${name}, of which there is no table.`)
    left.delete(name)
    return `<!-- simulate:${name} -->\n${table}\n<!-- /simulate -->`
  })
  if (left.size > 0) throw new Error(`docs/scale.md lacks the markers ${[...left].join(', ')}.`)
  return written
}
