import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mutant } from './instrument.ts'

/** A mutant that no test can notice. */
export interface Explanation {
  /** Relative to the repository. */
  file: string
  /** The text of the source, and what it is changed to, as the command prints them. Equal pairs of one file are all meant. */
  code: string
  mutated: string
  why: string
}

/** Reads explained.json: lists of `[code, mutated, why]` by file. */
export function readExplanations(root: string): Explanation[] {
  const text = readFileSync(join(root, 'test/mutants/explained.json'), 'utf8')
  const byFile: Record<string, [code: string, mutated: string, why: string][]> = JSON.parse(text)
  return Object.entries(byFile).flatMap(([file, list]) =>
    list.map(([code, mutated, why]) => ({ file, code, mutated, why })),
  )
}

/** Whether an explanation is about a mutant. */
export function isAbout({ file, code, mutated }: Explanation, mutant: Mutant): boolean {
  return file === mutant.file && code === mutant.code && mutated === mutant.mutated
}
