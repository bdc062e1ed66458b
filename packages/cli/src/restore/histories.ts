import { appendFileSync, mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { runName } from '@confirmation-reminder/contracts/payload'
import type { Attempt, Run } from './runs.ts'

/** A history that was read: a line of the file. */
interface Kept {
  name: string
  /** When the run ended, as the list of runs said; left out while it ran. */
  stopMs?: number
  /** The start of the command that read it, in milliseconds since 1970. */
  readMs: number
  attempts: Attempt[]
}

export interface Settings {
  /** Where histories are kept. They contain ids, and no personal data. */
  file: string
  /** The start of this command, in milliseconds since 1970. */
  nowMs: number
  /** Reads a history from Step Functions. */
  read: (executionArn: string) => Promise<Attempt[]>
  /** When the reminder last wrote a line about a customer, in milliseconds since 1970; undefined if it did not. Left out without the logs. */
  reminderRanAt?: (customerId: string) => number | undefined
  /** Gets a sentence if histories cannot be kept. */
  warn: (message: string) => void
}

// The clocks of AWS's services differ by less.
const marginMs = 60_000

/**
 * Reads histories of runs, and keeps each in a file, because Step Functions returns 20 a second: a command that is started again reads only
 * those that may have changed.
 */
export async function openHistories(settings: Settings): Promise<(run: Run) => Promise<Attempt[]>> {
  const { file, nowMs, read } = settings
  const known = await keptIn(file)
  const keep = keepIn(settings)
  return async (run) => {
    const name = runName(run)
    const kept = known.get(name)
    if (kept && isUnchanged(kept, run, settings)) return kept.attempts
    const attempts = await read(run.executionArn)
    keep({ name, ...(run.stopMs !== undefined && { stopMs: run.stopMs }), readMs: nowMs, attempts })
    return attempts
  }
}

/**
 * Whether the history is as it was read. That of a run that has ended changes only by a redrive, and then the run ends at another time. That of
 * one that goes on changes only by an attempt. An attempt of the reminder writes a line, unless Lambda refuses it, and then it did nothing.
 */
function isUnchanged(kept: Kept, run: Run, { reminderRanAt }: Settings): boolean {
  if (kept.stopMs !== run.stopMs) return false
  if (run.stopMs !== undefined) return true
  const last = kept.attempts.at(-1)
  if (!reminderRanAt || (last && last.endMs === undefined)) return false
  return (reminderRanAt(run.customerId) ?? 0) < kept.readMs - marginMs
}

/** The last history of each run in a file, by the run's name. None, if the file cannot be read: then it cannot be written either. */
async function keptIn(file: string): Promise<Map<string, Kept>> {
  const found = new Map<string, Kept>()
  const opened = await open(file).catch(() => undefined)
  if (!opened) return found
  for await (const line of opened.readLines()) {
    const kept = parsed(line)
    if (kept) found.set(kept.name, kept)
  }
  return found
}

/** A command that was killed may have left a part of a line. */
function parsed(line: string): Kept | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/** Adds lines to the file, as long as that works. A restore does not fail for it. */
function keepIn({ file, warn }: Settings): (kept: Kept) => void {
  let isWritable = true
  const write = (line: string) => {
    if (!isWritable) return
    try {
      mkdirSync(dirname(file), { recursive: true })
      appendFileSync(file, `${line}\n`)
    } catch (error) {
      isWritable = false
      warn(
        `Another start will read all histories again, because this one cannot keep them. ${(error as Error).message}`,
      )
    }
  }
  // Ends the part of a line that a killed command left.
  write('')
  return (kept) => write(JSON.stringify(kept))
}
