import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { surviveLostOutput } from '@confirmation-reminder/options/lost-output'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { type Explanation, isAbout, readExplanations } from './explained.ts'
import { instrument, type Mutant } from './instrument.ts'
import { type Folder, help, readOptions } from './options.ts'
import type { Settings, Verdict } from './runner.ts'

surviveLostOutput()

const root = fileURLToPath(new URL('../..', import.meta.url))

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options.help) {
    console.log(help)
    return 0
  }
  let isWell = true
  for (const folder of options.folders) isWell = (await judge(folder)) && isWell
  return isWell ? 0 : 1
}

/** Runs the tests of a folder on its mutants, and prints what is left to do. Returns whether that is nothing. */
async function judge(folder: Folder): Promise<boolean> {
  const explanations = readExplanations(root).filter(({ file }) => file.startsWith(`${folder}/`))
  const outdir = join(root, 'node_modules', '.cache', 'mutants', folder)
  mkdirSync(outdir, { recursive: true })
  const paths = { instrumented: join(outdir, 'instrumented.json'), verdicts: join(outdir, 'verdicts.json') }
  const made = await instrument(root, folder)
  writeFileSync(paths.instrumented, JSON.stringify(made))
  writeFileSync(paths.verdicts, '[]')
  for (const own of [true, false]) runJest(folder, { ...paths, own })
  const verdicts = new Map<string, Verdict>(JSON.parse(readFileSync(paths.verdicts, 'utf8')))

  const isExplained = (mutant: Mutant) => explanations.some((explanation) => isAbout(explanation, mutant))
  const alive = made.mutants.filter(({ id }) => verdicts.get(id)?.verdict !== 'killed')
  const unexplained = alive.filter((mutant) => !isExplained(mutant))
  const outdated = explanations.filter((explanation) => !alive.some((mutant) => isAbout(explanation, mutant)))
  for (const mutant of unexplained) console.log(show(mutant, verdicts.get(mutant.id)))
  for (const explanation of outdated) console.log(showOutdated(explanation))
  const [all, killed, left] = [made.mutants.length, made.mutants.length - alive.length, unexplained.length]
  console.log(`${folder}: ${all} mutants, ${killed} killed, ${alive.length - left} explained, ${left} left\n`)
  return unexplained.length === 0 && outdated.length === 0
}

/** @throws Error if a test fails without a mutant. */
function runJest(folder: Folder, mutants: Settings): void {
  const { jest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [[pattern, [, swc]]] = Object.entries(jest.transform) as [[string, [string, object]]]
  const config = {
    rootDir: root,
    roots: [join(root, folder)],
    testMatch: jest.testMatch,
    // They count the steps of code, and sources with mutants have more.
    testPathIgnorePatterns: ['work\\.test\\.ts$'],
    testRunner: here('runner.ts'),
    testSequencer: here('shortest-first.mjs'),
    transform: { [pattern]: [here('transform.mjs'), { instrumented: mutants.instrumented, swc }] },
    transformIgnorePatterns: jest.transformIgnorePatterns,
    globals: { mutants },
  }
  const args = [
    here('../../node_modules/jest/bin/jest.js'),
    '--runInBand',
    '--silent',
    '--forceExit',
    '--config',
    JSON.stringify(config),
  ]
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
  if (status !== 0) throw new Error(`The tests of ${folder} could not be run on its mutants: see above.`)
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url))

const show = ({ file, line, kind, code, mutated }: Mutant, verdict: Verdict | undefined) =>
  `${file}:${line} ${kind}, ${verdict ? 'no test notices it' : 'no test runs it'}\n- ${code}\n+ ${mutated}\n`

const showOutdated = ({ file, code, mutated }: Explanation) =>
  `test/mutants/explained.json: no such mutant survives. Delete its line.\n${file}\n- ${code}\n+ ${mutated}\n`

try {
  process.exitCode = await main()
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(error.message)
  process.exitCode = 2
}
