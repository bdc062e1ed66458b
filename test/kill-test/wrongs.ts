import { mustBeEmpty } from './audit.ts'
import type { Result } from './kill-test.ts'

export type Part = (typeof mustBeEmpty)[number]
const countOf = (count: (part: Part) => number) =>
  Object.fromEntries(mustBeEmpty.map((part) => [part, count(part)])) as Record<Part, number>

/** How many customers, runs or lines each part of the verdict names that has to be empty. */
export const wrongs = ({ verdict }: Pick<Result, 'verdict'>) => countOf((part) => verdict[part].length)

export const nothing = countOf(() => 0)
