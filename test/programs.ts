import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programOf } from '@confirmation-reminder/programs/program'
import { keepByContent } from './kept.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The programs that tests start as processes of their own, again and again. */
const programs = {
  infra: 'infra/src/main.ts',
  'local-cloud': 'packages/local-cloud/src/main.ts',
  'plan-report': 'packages/plan-report/src/main.ts',
  announce: 'packages/cli/src/announce/main.ts',
  redrive: 'packages/cli/src/redrive/main.ts',
  restore: 'packages/cli/src/restore/main.ts',
  ship: 'packages/cli/src/ship/main.ts',
}

/** The folder of the bundled programs. Jest's workers inherit it; other processes run the sources. */
const variable = 'BUNDLED_PROGRAMS'

/**
 * The arguments with which Node starts a program: its bundle if Jest's global setup made it, else its sources.
 * @param checkout where those sources are
 */
export function startOf(program: keyof typeof programs, checkout = root): string[] {
  const folder = process.env[variable]
  return folder ? [join(folder, `${program}.cjs`)] : ['--import', 'tsx', join(checkout, programs[program])]
}

/**
 * Bundles the programs for the tests that follow, which no change of the sources then changes. A start from sources spends most of
 * its CPU on transpiling.
 * @throws Error with what esbuild found
 */
export async function bundlePrograms(): Promise<void> {
  mkdirSync(kept, { recursive: true })
  const partial = mkdtempSync(join(kept, 'partial-'))
  for (const [name, main] of Object.entries(programs)) copyFileSync(await programOf(main), join(partial, `${name}.cjs`))
  process.env[variable] = keepByContent(partial)
}

const kept = join(root, 'node_modules', '.cache', 'programs-of-tests')
