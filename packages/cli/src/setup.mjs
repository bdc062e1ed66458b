// Installs the dependencies if they are missing or outdated. Every script of package.json runs it first, so it needs no
// dependency itself, parses on old versions of Node, and returns without starting a process if there is nothing to install.
// It prints to stderr only: stdout belongs to the script.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const read = (/** @type {string} */ file) => readFileSync(join(root, file), 'utf8')
const manifest = JSON.parse(read('package.json'))
// An install goes on if the reader of its output has gone.
process.stderr.on('error', () => {})
const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`)

/** Written after a complete install, deleted before the next one: an interrupted install leaves none. */
const record = join(root, 'node_modules', '.setup')

const refresh = 'npm run setup -- --refresh-lockfile'

/** What failed, by the codes that npm and pnpm print. The first that matches is reported. */
const reasons = [
  [
    /ERR_PNPM_(OUTDATED_LOCKFILE|LOCKFILE|NO_LOCKFILE|FROZEN_LOCKFILE|CATALOG)|ERR_PNPM_BROKEN_LOCKFILE/,
    `pnpm-lock.yaml does not match the package.json files. Refresh it with "${refresh}" and commit it.`,
  ],
  [/ENOSPC|EDQUOT/, 'There is no space left on the disk.'],
  [/EACCES|EPERM|EROFS/, 'A folder cannot be written: node_modules, the npm cache or the pnpm store. See above.'],
  [/ERR_PNPM_UNSUPPORTED_ENGINE|EBADENGINE/, 'A package does not support this version of Node. See above.'],
  [
    /ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|SOCKET_TIMEOUT|ENOTCACHED|CERT|ERR_PNPM_(META_)?FETCH|ERR_PNPM_NO_OFFLINE/,
    'The npm registry cannot be reached. Check the network, HTTPS_PROXY and "npm config get registry".',
  ],
]

/** The folders of the workspace that have a package.json, by pnpm-workspace.yaml, which lists `folder` or `folder/*`. */
function workspace() {
  const listed = /^packages:\n((?: +- .*\n)+)/m.exec(read('pnpm-workspace.yaml'))
  if (!listed) throw new Error('pnpm-workspace.yaml has no list "packages:".')
  const folders = listed[1].match(/[^\s'"-][^\s'"]*/g).flatMap((pattern) => {
    if (!pattern.endsWith('/*')) return [pattern]
    const parent = pattern.slice(0, -2)
    return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`)
  })
  return ['.', ...folders].filter((folder) => existsSync(join(root, folder, 'package.json'))).sort()
}

/** A hash of what must be installed and of what is: an unchanged state needs no install. `undefined` if a part is missing. */
function state() {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`)
  for (const file of ['pnpm-workspace.yaml', 'pnpm-lock.yaml']) hash.update(read(file))
  for (const folder of workspace()) {
    const text = read(`${folder}/package.json`)
    hash.update(`${folder}\n${text}`)
    const { dependencies, devDependencies } = JSON.parse(text)
    for (const name of Object.keys({ ...dependencies, ...devDependencies })) {
      if (!existsSync(join(root, folder, 'node_modules', name, 'package.json'))) return undefined
    }
  }
  try {
    // What pnpm records of its last install, including an install that a person started without this script.
    for (const file of ['.modules.yaml', '.pnpm/lock.yaml']) hash.update(read(`node_modules/${file}`))
    for (const folder of ['.pnpm', '.bin'])
      hash.update(
        readdirSync(join(root, 'node_modules', folder))
          .sort()
          .join('\n'),
      )
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
  return hash.digest('hex')
}

function isComplete() {
  return existsSync(record) && readFileSync(record, 'utf8') === state()
}

/** Runs `pnpm install` and copies its output to stderr. @returns its exit code and output, and why it has none */
function install(/** @type {string[]} */ options) {
  const pnpm = manifest.packageManager
  // Without scripts: a function's team could write one, and it would run in jobs with the rights of others. Dependencies need none
  // either: see `allowBuilds` in pnpm-workspace.yaml.
  const common = [
    '--ignore-scripts',
    '--prefer-offline',
    '--reporter=append-only',
    '--config.confirm-modules-purge=false',
  ]
  // `npm run --silent` would silence pnpm too, and with it every reason for a failure. `npx -p node@24 npm start` would make this npx
  // look for a program of that package instead of pnpm.
  const { npm_config_loglevel: _, npm_config_package: __, ...env } = process.env
  const child = spawn('npx', ['--yes', '--prefer-offline', pnpm, 'install', ...options, ...common], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
  process.on('SIGINT', stop).on('SIGTERM', stop)
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      output += text
      process.stderr.write(text)
    })
  }
  return new Promise((resolve) => {
    child.on('error', (error) =>
      resolve({ code: 1, output: `${output}${error.message}`, missing: error.code === 'ENOENT' }),
    )
    child.on('close', (code, signal) => resolve({ code: signal ? 130 : code, output, stopped: Boolean(signal) }))
  })
}

/** @returns the version of Node that is needed, if this one is older */
function neededNode() {
  const needed = manifest.engines.node.replace('>=', '')
  const [major, minor] = needed.split('.').map(Number)
  const [ownMajor, ownMinor] = process.versions.node.split('.').map(Number)
  return ownMajor > major || (ownMajor === major && ownMinor >= minor) ? undefined : needed
}

async function main() {
  const needed = neededNode()
  if (needed) {
    say(`This repository needs Node ${needed} or later; this is ${process.versions.node}.`)
    return 1
  }
  const refreshes = process.argv.includes('--refresh-lockfile')
  if (!refreshes && isComplete()) return 0
  say('Installing dependencies. The first time takes about half a minute.')
  for (const attempt of ['first', 'second']) {
    rmSync(record, { force: true })
    // pnpm trusts its own records and does not restore every file that was deleted, so the second attempt starts from nothing.
    if (attempt === 'second') rmSync(join(root, 'node_modules'), { recursive: true, force: true })
    const { code, output, missing, stopped } = await install([refreshes ? '--no-frozen-lockfile' : '--frozen-lockfile'])
    if (code !== 0) {
      const known = reasons.find(([pattern]) => pattern.test(output))?.[1]
      const reason = missing ? 'npx is not on the PATH. It comes with Node.' : stopped ? 'It was stopped.' : known
      say(`The install failed. ${reason ?? `pnpm ended with exit code ${code}: see above.`}`)
      return code || 1
    }
    const current = state()
    if (current !== undefined) {
      writeFileSync(record, current)
      return 0
    }
  }
  say('The install failed. pnpm reported success, but packages are missing from node_modules.')
  return 1
}

process.exitCode = await main()
