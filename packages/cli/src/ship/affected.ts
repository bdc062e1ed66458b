import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { Refusal } from '../terminal/refusal.ts'
import { git } from './build.ts'

/** What every bundle depends on: the versions of libraries, the bundler with its options, and those of TypeScript. */
const common = ['pnpm-lock.yaml', 'packages/cli/src/bundle/', 'tsconfig.json', 'tsconfig.base.json']

/**
 * The functions whose own files, or the files of a package that they depend on, changed since a commit.
 * @throws Refusal if git does not know the commit
 */
export function affectedFunctions(root: string, since: string): FunctionName[] {
  // GitHub sends this instead of a commit when a branch is pushed for the first time.
  if (/^0+$/.test(since)) return [...functionNames]
  const changed = git(root, 'diff', '--name-only', `${since}...HEAD`)
  if (changed === undefined) {
    throw new Refusal(`git does not know ${since} here: fetch it first, in a workflow with fetch-depth: 0.`)
  }
  return affectedBy(changed.split('\n'), (folder) => workspaceDependencies(root, folder))
}

/** Which functions these files are part of. */
export function affectedBy(files: readonly string[], dependenciesOf: (folder: string) => string[]): FunctionName[] {
  const isAffected = (folders: readonly string[]) =>
    files.some((file) => !isTest(file) && folders.some((folder) => file.startsWith(folder)))
  if (isAffected(common)) return [...functionNames]
  return functionNames.filter((name) => isAffected(closure(`functions/${name}/`, dependenciesOf)))
}

const isTest = (file: string) => /\.test\.ts$|\/test\/|\.md$/.test(file)

function closure(folder: string, dependenciesOf: (folder: string) => string[], found: string[] = []): string[] {
  if (found.includes(folder)) return found
  return dependenciesOf(folder).reduce((all, next) => closure(next, dependenciesOf, all), [...found, folder])
}

/** The folders of the packages of this workspace that a package needs at run time. */
function workspaceDependencies(root: string, folder: string): string[] {
  const manifest = join(root, folder, 'package.json')
  if (!existsSync(manifest)) return []
  const { dependencies = {} } = JSON.parse(readFileSync(manifest, 'utf8')) as { dependencies?: Record<string, string> }
  return Object.entries(dependencies)
    .filter(([, version]) => version.startsWith('workspace:'))
    .map(([name]) => `packages/${name.split('/')[1]}/`)
}
