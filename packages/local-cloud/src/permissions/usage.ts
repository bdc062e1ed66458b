import { appendFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'

/** A statement of a role's policy that allowed an action. */
export interface Use {
  /** The ARN of the role. */
  role: string
  /** The index of the policy among those of the role, and of the statement in it. */
  policy: number
  statement: number
  action: string
}

/** Receives what was used. */
export type RecordUse = (use: Use) => void

/** The folder in which the use of permissions is recorded; unset, as usually, nothing is. */
export const usageVariable = 'PERMISSION_USAGE'

/** What the use is recorded under, such as the name of a test. */
export const userVariable = 'PERMISSION_USER'

/**
 * Records each use once, in a file of this process: a line of JSON each, appended in one write, so that a killed process
 * leaves whole lines.
 */
export function recordUsage(folder: string, user: string): RecordUse {
  mkdirSync(folder, { recursive: true })
  const file = join(folder, `${process.pid}.jsonl`)
  const recorded = new Set<string>()
  return (use) => {
    const line = `${JSON.stringify({ user, ...use })}\n`
    if (recorded.has(line)) return
    recorded.add(line)
    appendFileSync(file, line)
  }
}
