import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { arch, availableParallelism, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { progressOn } from '@confirmation-reminder/cli/terminal/progress'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { concurrently } from '../concurrently.ts'
import { installedPeers, nodeOf } from '../installed.ts'
import { type Budget, check, updated } from './budget.ts'
import { bundledBytes, type Loadable, load } from './code.ts'
import { help, type Options, readOptions } from './options.ts'
import { empty, type Row, registration } from './rows.ts'
import { instructionsOf, registered, type Started, start } from './start.ts'
import { table } from './table.ts'

surviveLostOutput()

const budgetFile = fileURLToPath(new URL('./budget.json', import.meta.url))

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return console.log(help)
  const folder = mkdtempSync(join(tmpdir(), 'cold-start-'))
  try {
    if (options.mode === 'report') await report(options, folder)
    else await keepBudget(options, folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function report(options: Options, folder: string): Promise<void> {
  const rows = await loadable(options.rows, folder)
  const valgrind = options.cpu ? undefined : valgrindVersion()
  // Until something is measured.
  process.exitCode = 1
  for (const major of options.nodes) {
    const node = await nodeOf(major).catch(say(`Nothing is measured on Node ${major}: it cannot be installed.`))
    if (!node) continue
    process.exitCode = 0
    const { ratios, before } = await measured(rows, node, { rounds: options.rounds, valgrind, folder })
    const way = valgrind
      ? `instructions of the whole process, as ${valgrind} counts them`
      : `processor time of the whole process, median of ${options.rounds} rounds and their middle half`
    console.log(`Node ${versionOf(node)}, ${machine()}, ${new Date().toISOString().slice(0, 10)}:`)
    console.log(`${way}, as a ratio to an empty handler.\n`)
    const unit = valgrind ? 'instructions' : 'processor time'
    const lines = rows.map(({ row, code }) => ({
      what: row.what,
      bytes: code.bytes,
      calls: before.get(row.name)?.calls.length ?? 0,
      ratios: ratios.get(row.name) ?? [],
    }))
    console.log(`${table(unit, lines)}\n`)
  }
}

/** Checks the budget, or renews it. */
async function keepBudget(options: Options, folder: string): Promise<void> {
  const bytes: Record<string, number> = {}
  for (const name of functionNames) bytes[name] = await bundledBytes(name)
  const valgrind = valgrindVersion()
  let budget: Budget = JSON.parse(readFileSync(budgetFile, 'utf8'))
  const rows = valgrind ? await loadable(options.rows, folder) : []
  for (const major of options.nodes) {
    const counts = valgrind !== undefined && (options.mode === 'update' || major in budget.instructions)
    const ratios = counts
      ? (await measured(rows, await nodeOf(major), { rounds: 1, valgrind, folder })).ratios
      : undefined
    ratios?.delete(empty.name)
    const instructions = ratios && Object.fromEntries([...ratios].map(([name, [ratio = Number.NaN]]) => [name, ratio]))
    const found = { bytes, node: major, ...(instructions && { instructions }) }
    if (options.mode === 'update') budget = updated(budget, found)
    else conclude(check(budget, found), major)
  }
  if (options.mode === 'update') {
    writeFileSync(budgetFile, `${JSON.stringify(budget, null, 2)}\n`)
    console.log(
      `Written: test/cold-start/budget.json${valgrind ? '' : ', with bytes only: there is no valgrind here'}.`,
    )
  }
}

function conclude({ faults, notes }: ReturnType<typeof check>, major: number): void {
  for (const note of notes) console.log(note)
  if (faults.length === 0) {
    console.log(`Cold starts on Node ${major} are within their budget.`)
    return
  }
  process.exitCode = 1
  for (const fault of faults) console.error(fault)
  console.error(
    'Cold starts are over their budget. Find what the change loads that it does not need (docs/cold-start.md), or accept ' +
      'the cost: npm run cold-start -- --update, and commit test/cold-start/budget.json.',
  )
}

interface Loaded {
  row: Row
  code: Loadable
}

/** Builds the code of rows. Without a registry, the peers are left out. */
async function loadable(rows: Row[], folder: string): Promise<Loaded[]> {
  const needsPeers = rows.some(({ code }) => 'peer' in code)
  const peers = needsPeers
    ? await installedPeers(fileURLToPath(new URL('./peers', import.meta.url))).catch(
        say('The peers are left out: they cannot be installed.'),
      )
    : undefined
  const possible = rows.filter(({ code }) => !('peer' in code) || peers)
  return await Promise.all(
    possible.map(async (row) => ({ row, code: await load(row.code, join(folder, row.name), peers) })),
  )
}

const say = (sentence: string) => (error: Error) => {
  console.error(`${sentence}\n${error.message}`)
  return undefined
}

interface Measuring {
  rounds: number
  valgrind: string | undefined
  folder: string
}

/** Measures rows, the empty handler among them. Returns their ratios to it by name, and what they did. */
async function measured(rows: Loaded[], node: string, { rounds, valgrind, folder }: Measuring) {
  const ours = await load(registration.code, join(folder, 'before'), undefined)
  const before = await registered({ code: ours, node })
  const progress = progressOn(process.stderr)
  const plain = new Map<string, Started>()
  for (const { row, code } of rows) plain.set(row.name, await start({ row, code, node }, before))
  const ratios = valgrind ? await inInstructions() : await inTime()
  progress.end()
  return { ratios, before: plain }

  async function inInstructions(): Promise<Map<string, number[]>> {
    const counts = new Map<string, number>()
    // A count does not depend on what else the machine does.
    await concurrently(rows, availableParallelism(), async ({ row, code }) => {
      const did = plain.get(row.name) as Started
      counts.set(row.name, await instructionsOf({ row, code, node }, before, did, join(folder, `count-${row.name}`)))
      progress.show(`Node ${versionOf(node)}: ${counts.size} of ${rows.length} rows`)
    })
    const least = counts.get(empty.name) ?? Number.NaN
    return new Map([...counts].map(([name, count]) => [name, [count / least]]))
  }

  /** In turn, so that what else the machine does affects all rows alike. */
  async function inTime(): Promise<Map<string, number[]>> {
    const times = new Map(rows.map(({ row }) => [row.name, [] as number[]]))
    for (let round = 1; round <= rounds; round++) {
      let least = Number.NaN
      for (const { row, code } of rows) {
        const { cpuMs } = await start({ row, code, node }, before)
        if (row === empty) least = cpuMs
        times.get(row.name)?.push(cpuMs / least)
      }
      progress.show(`Node ${versionOf(node)}: ${round} of ${rounds} rounds`)
    }
    return times
  }
}

/** As in "valgrind-3.19.0". Undefined, if it is not there. */
function valgrindVersion(): string | undefined {
  return spawnSync('valgrind', ['--version'], { encoding: 'utf8' }).stdout?.trim() || undefined
}

const versionOf = (node: string) => spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()
const machine = () => `${platform()} ${arch()}, ${availableParallelism()} processors`

main().catch((error: Error) => {
  console.error(error instanceof UsageError ? error.message : error)
  process.exitCode = error instanceof UsageError ? error.exitCode : 1
})
