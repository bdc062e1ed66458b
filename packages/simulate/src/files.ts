import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { tablesOf, withTables } from './document.ts'
import type { Findings } from './findings.ts'
import { picturesOf } from './pictures.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const document = 'docs/scale.md'

/** The files of the documentation as the findings make them, by their paths from the root of the repository. */
export function filesOf(findings: Findings): Record<string, string> {
  const pictures = Object.entries(picturesOf(findings)).map(([name, svg]) => [`docs/scale/${name}`, svg])
  const text = withTables(readFileSync(join(root, document), 'utf8'), tablesOf(findings))
  return { [document]: text, ...Object.fromEntries(pictures) }
}

/** Writes files by their paths from the root of the repository. */
export function writeFiles(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
}
