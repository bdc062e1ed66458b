import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { type Bundle, bundle } from '../bundle/bundle.ts'

/** A function's code, as it is shipped. */
export interface Build extends Omit<Bundle, 'inputs'> {
  name: FunctionName
  /** The description of the version: `reminder 0.1.0, commit 0a1b2c3d4e5f`. */
  description: string
  /** Whether these bytes can be built from the commit alone. */
  committed: boolean
}

/**
 * Builds one function of a checkout, and no other.
 * @throws Error with the bundler's message and its position
 */
export async function buildFunction(root: string, name: FunctionName): Promise<Build> {
  const folder = join(root, 'functions', name)
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const commit = git(root, 'rev-parse', '--short=12', 'HEAD')
  const committed = commit !== undefined && git(root, 'status', '--porcelain') === ''
  const source = commit === undefined ? 'no commit' : `commit ${commit}${committed ? '' : ' with changes'}`
  return { ...(await bundle(folder)), name, committed, description: `${name} ${version}, ${source}` }
}

/** The commit of a version that a ship published; undefined if its description names none. */
const commitIn = (description = '') => /, commit ([0-9a-f]{12})(?: with changes)?$/.exec(description)?.[1]

/**
 * The commit of the live version, if it is newer than the checkout: what a ship from here would undo. A commit that git does
 * not know here is undefined too.
 */
export function newerCommit(root: string, liveDescription: string | undefined): string | undefined {
  const live = commitIn(liveDescription)
  if (!live || git(root, 'rev-parse', '--short=12', 'HEAD') === live) return undefined
  return git(root, 'merge-base', '--is-ancestor', 'HEAD', live) === undefined ? undefined : live
}

/** The output of git; undefined if this is not a checkout. */
export function git(root: string, ...args: string[]): string | undefined {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  } catch {
    return undefined
  }
}
