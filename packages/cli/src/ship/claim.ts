import { hostname, userInfo } from 'node:os'
import { longestDescription, spaceOfRecord, withoutRecord } from './history.ts'

/**
 * Who is shipping, as a lock in the description of the alias: the alias's revision ID ensures that only one process holds
 * it. It expires, because its holder may crash.
 */
export interface Claim {
  /** Distinguishes two ships of the same code. */
  id: string
  /** Such as `reminder 0.1.0, commit 0a1b2c3d4e5f`. */
  what: string
  /** `user@host:process`. */
  by: string
  aliveUntilMs: number
}

/** How long a claim is valid without renewal: longer than any single step takes. */
export const claimMs = 180_000

/** The claim as a description of the alias. It leaves space for the record of the versions that were live before. */
export function writeClaim({ id, what, by, aliveUntilMs }: Claim): string {
  const [start, end] = [`ship ${id}: `, `; by ${by}; alive until ${new Date(aliveUntilMs).toISOString()}`]
  return `${start}${what.slice(0, longestDescription - spaceOfRecord - start.length - end.length)}${end}`
}

/** The claim in the description of an alias; undefined if there is none. */
export function readClaim(description: string): Claim | undefined {
  const [, id, what, by, until] =
    /^ship (\w+): (.+); by (\S+); alive until (\S+)$/.exec(withoutRecord(description)) ?? []
  const aliveUntilMs = Date.parse(until ?? '')
  return id && what && by && !Number.isNaN(aliveUntilMs) ? { id, what, by, aliveUntilMs } : undefined
}

/** Whether the holder of the claim may still be working: it has not expired, and its process, if on this machine, runs. */
export function isAlive({ by, aliveUntilMs }: Claim, nowMs: number, runs = runsHere): boolean {
  if (aliveUntilMs <= nowMs) return false
  const [, host, process] = /@(.+):(\d+)$/.exec(by) ?? []
  return host === named(hostname(), longestHost) ? runs(Number(process)) : true
}

/**
 * This process, as claims name it. GitHub's machines may share a host name and cannot see each other's processes: there
 * the ID of the workflow run is used instead, and its claim is valid until it expires.
 */
export function me({ GITHUB_ACTOR, GITHUB_RUN_ID } = process.env): string {
  const user = GITHUB_ACTOR ?? userInfo().username
  const host = GITHUB_RUN_ID === undefined ? hostname() : `github-run-${GITHUB_RUN_ID}`
  return `${named(user, longestUser)}@${named(host, longestHost)}:${process.pid}`
}

// A claim with the longest of both fits into a description. Linux has no longer name of a host.
const longestUser = 32
const longestHost = 64

/** A name as it is part of a claim. */
const named = (name: string, longest: number) => name.replace(/[\s;]/g, '_').slice(0, longest)

function runsHere(process_: number): boolean {
  try {
    // Signal 0 asks whether there is such a process, and does nothing.
    process.kill(process_, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
