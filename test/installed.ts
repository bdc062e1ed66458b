import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** What benchmarks install for themselves, outside of the workspace. */
const cache = here('../node_modules/.cache/benchmarks')
const npm = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']

/** The version of Node that runs this. */
export const runningMajor = Number.parseInt(process.versions.node, 10)

/**
 * The binary of Node of a major version: the running one, or the one of npm's package `node-<platform>-<arch>`.
 * @throws Error with what npm printed, if it cannot be installed
 */
export async function nodeOf(major: number): Promise<string> {
  if (major === runningMajor) return process.execPath
  const { platform, arch } = process
  const name = `${platform === 'darwin' && arch === 'arm64' ? 'node-bin' : 'node'}-${platform}-${arch}`
  const folder = await installed(`node-${major}`, (to) => ['install', '--prefix', to, `${name}@${major}`])
  return join(folder, 'node_modules', name, 'bin', 'node')
}

/**
 * Installs the packages that a benchmark compares with, at the versions of their lockfile.
 * @param peers the folder of their `package.json` and `package-lock.json`
 * @returns the folder that has the `node_modules`
 * @throws Error with what npm printed, if they cannot be installed
 */
export async function installedPeers(peers: string): Promise<string> {
  const lock = readFileSync(join(peers, 'package-lock.json'))
  return await installed(`peers-${createHash('sha256').update(lock).digest('hex').slice(0, 16)}`, (to) => {
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(peers, file), join(to, file))
    return ['ci', '--prefix', to]
  })
}

/** Installs into a folder of the cache, unless it is there already. An installation that breaks off leaves nothing. */
async function installed(name: string, argsFor: (folder: string) => string[]): Promise<string> {
  const folder = join(cache, name)
  if (existsSync(folder)) return folder
  mkdirSync(cache, { recursive: true })
  const partial = mkdtempSync(join(cache, 'partial-'))
  try {
    await run('npm', [...argsFor(partial), ...npm], { cwd: partial })
    renameSync(partial, folder)
    return folder
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}
