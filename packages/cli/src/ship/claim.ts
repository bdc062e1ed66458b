import { hostname, userInfo } from 'node:os'

/**
 * Who is shipping, written into the description of the alias: taken and renewed by the alias's revision id, so that
 * only one can have it. It lapses by itself, because whoever holds it may die.
 */
export interface Claim {
  /** Tells two ships of the same thing apart. */
  id: string
  /** Such as `reminder 0.1.0, commit 0a1b2c3d4e5f`. */
  what: string
  /** `user@host:process`. */
  by: string
  aliveUntilMs: number
}

/** How long a claim holds that is not renewed: longer than any single step takes. */
export const claimMs = 180_000

export function writeClaim({ id, what, by, aliveUntilMs }: Claim): string {
  return `ship ${id}: ${what}; by ${by}; alive until ${new Date(aliveUntilMs).toISOString()}`
}

/** The claim in the description of an alias; undefined, where there is none. */
export function readClaim(description: string): Claim | undefined {
  const [, id, what, by, until] = /^ship (\w+): (.+); by (\S+); alive until (\S+)$/.exec(description) ?? []
  const aliveUntilMs = Date.parse(until ?? '')
  return id && what && by && !Number.isNaN(aliveUntilMs) ? { id, what, by, aliveUntilMs } : undefined
}

/** Whether somebody still works under the claim. A process of this machine that is gone is known to be dead at once. */
export function isAlive({ by, aliveUntilMs }: Claim, nowMs: number, runs = runsHere): boolean {
  if (aliveUntilMs <= nowMs) return false
  const [, host, process] = /@(.+):(\d+)$/.exec(by) ?? []
  return host === hostname() ? runs(Number(process)) : true
}

/**
 * This process, as claims name it. Machines of GitHub may share a name, and none can look into another: there the run
 * says who it is, and its claim holds until it lapses.
 */
export function me({ GITHUB_ACTOR, GITHUB_RUN_ID } = process.env): string {
  const user = GITHUB_ACTOR ?? userInfo().username
  const host = GITHUB_RUN_ID === undefined ? hostname() : `github-run-${GITHUB_RUN_ID}`
  return `${user}@${host}:${process.pid}`.replace(/[\s;]/g, '_')
}

function runsHere(process_: number): boolean {
  try {
    // Signal 0 asks whether there is such a process, and does nothing.
    process.kill(process_, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
