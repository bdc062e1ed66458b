import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import type { Instrumented, Mutant } from './instrument.ts'
import { type Case, collect, type Suite, suitesOf } from './suite.ts'

/*
 * Runs a file of tests for Jest (its option `testRunner`), once for each mutant that the tests reach, in one process:
 * the sources contain all mutants, each behind a switch. Loading the modules takes most of the time of a test, so they are
 * loaded again only for mutants that act while they are loaded.
 */

export interface Verdict {
  verdict: 'killed' | 'survived'
  /** The test that noticed it. */
  by?: string
}

export interface Settings {
  /** The file of the sources with their mutants. */
  instrumented: string
  /** The file of the verdicts so far, which this updates. */
  verdicts: string
  /** Whether a file of tests judges only the mutants of the source beside it: they are those that it kills fastest. */
  own: boolean
}

/** The switches and counters in the sources, as Stryker's instrumenter writes them. */
interface Switch {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  mutantCoverage: { static: Record<string, number>; perTest: Record<string, Record<string, number>> }
}

/** The parts of Jest's runtime that are needed here. */
interface Runtime {
  requireModule(path: string): unknown
  requireModule(from: string, name: string): unknown
  requireInternalModule(path: string): unknown
  setGlobalsForRuntime(globals: object): void
  restoreAllMocks(): void
  registries: {
    moduleRegistry: Map<string, unknown>
    mockRegistry: Map<string, unknown>
    enterIsolated(by: string): void
    getActiveCjsRegistry(): Map<string, unknown>
  }
}
interface Environment {
  global: typeof globalThis & { __stryker__?: Switch }
  fakeTimersModern: { useRealTimers(): void }
}

/** A file of tests, loaded and with the servers that it starts. */
interface Loaded {
  cases: Case[]
  file: Suite
}

// Far above what a test takes. A mutant that makes a test wait for longer is killed by it.
const longestTestMs = 20_000
/** A test that goes through so many times as many mutants as without the one that is active never ends. */
const hitFactor = 5
const fewHits = 10_000

// A test that took too long goes on, and nothing waits for what it throws.
for (const event of ['unhandledRejection', 'uncaughtException']) process.on(event, () => {})

export default async function runFile(
  _: unknown,
  { globals }: { globals: { mutants: Settings } },
  environment: Environment,
  runtime: Runtime,
  path: string,
) {
  const { instrumented, verdicts: file, own } = globals.mutants
  const { mutants } = read<Instrumented>(instrumented)
  const verdicts = new Map(read<[string, Verdict][]>(file))
  const mine = mutants.filter((mutant) => !own || path.endsWith(`/${mutant.file.replace(/ts$/, 'test.ts')}`))
  const start = Date.now()
  const began = performance.now()
  let failure = ''
  try {
    if (mine.length > 0) await new TestFile(environment, runtime, path).judge(mine, verdicts)
  } catch (error) {
    failure = `${path}: ${(error as Error).stack}`
  }
  writeFileSync(file, JSON.stringify([...verdicts]))
  return resultOf(path, failure, start, performance.now() - began)
}

const t0 = performance.now()
function DEBUG(...a: unknown[]) {
  process.stderr.write(
    `${(performance.now() - t0).toFixed(0)} ${(process.cpuUsage().user / 1e3) | 0} ${a.join(' ').slice(0, 150)}\n`,
  )
}
const read = <T>(path: string) => JSON.parse(readFileSync(path, 'utf8')) as T

class TestFile {
  private readonly controls: Switch = { mutantCoverage: { static: {}, perTest: {} } }
  private readonly durations = new Map<string, number>()
  /** How often each mutant is reached without being active, by test. */
  private readonly reached = new Map<string, Record<string, number>>()

  constructor(
    private readonly environment: Environment,
    private readonly runtime: Runtime,
    private readonly path: string,
  ) {
    environment.global.__stryker__ = this.controls
    const { jestExpect } = runtime.requireInternalModule(expectPath) as { jestExpect: object }
    this.install({ expect: jestExpect })
    const fc = runtime.requireModule(path, 'fast-check') as { configureGlobal(options: object): void }
    // A property that fails has killed its mutant: the smallest counterexample interests no one. One seed, so that two runs agree.
    fc.configureGlobal({ endOnFailure: true, seed: 1 })
    const { registries } = runtime
    const { enterIsolated } = registries
    registries.enterIsolated = (by) => {
      enterIsolated.call(registries, by)
      for (const [path, library] of registries.moduleRegistry) {
        if (isLibrary(path)) registries.getActiveCjsRegistry().set(path, library)
      }
    }
  }

  /** Runs the tests for each mutant that they reach and that no other file killed. */
  async judge(mutants: Mutant[], verdicts: Map<string, Verdict>): Promise<void> {
    DEBUG('file', this.path)
    let loaded = await this.load()
    DEBUG('loaded')
    await this.dryRun(loaded)
    DEBUG('dry')
    const survivors = () => mutants.map(({ id }) => id).filter((id) => verdicts.get(id)?.verdict !== 'killed')
    const onLoad = (id: string) => id in this.hits(loading)
    const reached = (id: string) => loaded.cases.filter(({ name }) => id in this.hits(name))

    for (const id of survivors()) {
      if (onLoad(id) || reached(id).length === 0) continue
      const run = async () => await this.firstFailure(this.fastestFirst(reached(id)), id)
      let by = await run()
      if (by) {
        // What the mutant left behind may have failed the test, instead of the mutant itself.
        const alone = loaded.cases.filter(({ name }) => name === by)
        if (by.startsWith(timedOut) || (await this.firstFailure(alone))) {
          await this.unload(loaded)
          loaded = await this.load()
          if (!by.startsWith(timedOut)) by = await run()
        }
      }
      verdicts.set(id, by ? { verdict: 'killed', by: `${this.path}: ${by}` } : { verdict: 'survived' })
      DEBUG('warm', id, by)
    }
    await this.unload(loaded)

    for (const id of survivors()) {
      // Also those that survived above: what they change may have been stored by then, and used from there.
      if (!onLoad(id) && reached(id).length === 0) continue
      const names = new Set(onLoad(id) ? undefined : reached(id).map(({ name }) => name))
      const by = await this.loadWith(id, ({ name }) => names.size === 0 || names.has(name))
      verdicts.set(id, by ? { verdict: 'killed', by: `${this.path}: ${by}` } : { verdict: 'survived' })
      DEBUG('load', id, by)
    }
  }

  private install(globals: Record<string, unknown>): void {
    this.runtime.setGlobalsForRuntime(globals)
    Object.assign(this.environment.global, globals)
  }

  /** Loads the file and all modules of ours once more, and runs what it does before all tests. */
  private async load(): Promise<Loaded> {
    const { moduleRegistry, mockRegistry } = this.runtime.registries
    for (const path of moduleRegistry.keys()) if (!isLibrary(path)) moduleRegistry.delete(path)
    mockRegistry.clear()
    const loaded = collect(
      (globals) => this.install(globals),
      () => this.runtime.requireModule(this.path),
    )
    for (const work of loaded.file.beforeAll) await inTime(work())
    return loaded
  }

  private async unload({ file }: Loaded): Promise<void> {
    for (const work of file.afterAll) await inTime(work())
    this.environment.fakeTimersModern.useRealTimers()
    this.runtime.restoreAllMocks()
  }

  /** Finds out which mutants each test reaches, and which are reached before any of them, and how often. */
  private async dryRun(loaded: Loaded) {
    const { mutantCoverage } = this.controls
    this.reached.set(loading, { ...mutantCoverage.static })
    for (const one of loaded.cases) {
      const began = performance.now()
      const failed = await this.firstFailure([one])
      if (failed) throw new Error(`Without a mutant, this test fails: ${failed}`)
      this.durations.set(one.name, performance.now() - began)
      this.reached.set(one.name, { ...mutantCoverage.perTest[one.name] })
    }
  }

  private hits(name: string): Record<string, number> {
    return this.reached.get(name) ?? {}
  }

  private fastestFirst(cases: Case[]): Case[] {
    const duration = ({ name }: Case) => this.durations.get(name) ?? 0
    return [...cases].sort((one, other) => duration(one) - duration(other))
  }

  private activate(id: string, name: string): void {
    this.controls.activeMutant = id
    const { mutantCoverage } = this.controls
    const sum = Object.values(this.hits(name)).reduce((total, count) => total + count, 0)
    if (name === loading) mutantCoverage.static = limited(fewHits + hitFactor * sum)
    else mutantCoverage.perTest[name] = limited(fewHits + hitFactor * sum)
  }

  private deactivate(): void {
    this.controls.activeMutant = undefined
    this.controls.mutantCoverage.static = {}
    this.controls.mutantCoverage.perTest = {}
  }

  /** The first failure while the file is loaded and run with a mutant; undefined if there is none. */
  private async loadWith(id: string, isNeeded: (one: Case) => boolean): Promise<string | undefined> {
    this.activate(id, loading)
    try {
      const loaded = await this.load()
      const failed = await this.firstFailure(this.fastestFirst(loaded.cases.filter(isNeeded)), id)
      await this.unload(loaded)
      return failed
    } catch (error) {
      return `loading: ${messageOf(error)}`
    } finally {
      this.deactivate()
    }
  }

  /** Runs tests until one fails, with a mutant or without. Returns what failed. */
  private async firstFailure(cases: Case[], mutant?: string): Promise<string | undefined> {
    for (const one of cases) {
      this.controls.currentTestId = one.name
      if (mutant !== undefined) this.activate(mutant, one.name)
      try {
        await this.run(one)
      } catch (error) {
        if (error instanceof TimedOut) return `${timedOut}${one.name}`
        if (mutant === undefined) return `${one.name}: ${messageOf(error)}`
        return one.name
      } finally {
        if (mutant !== undefined) this.deactivate()
        this.controls.currentTestId = undefined
      }
    }
    return undefined
  }

  private async run(one: Case): Promise<void> {
    const suites = suitesOf(one)
    const around = [...suites].reverse()
    const file = this.fileOf(one)
    try {
      for (const { beforeAll } of suites) for (const work of beforeAll) await inTime(work())
      for (const { beforeEach } of [file, ...suites]) for (const work of beforeEach) await inTime(work())
      await inTime(one.run())
    } finally {
      for (const { afterEach } of [...around, file]) for (const work of afterEach) await inTime(work())
      for (const { afterAll } of around) for (const work of afterAll) await inTime(work())
    }
  }

  private fileOf({ suite }: Case): Suite {
    let one = suite
    while (one.parent) one = one.parent
    return one
  }
}

/** Stands for what happens before all tests. */
const loading = ''
/** Libraries stay loaded: loading the SDK takes longer than all tests of a file. */
const isLibrary = (path: string) => path.includes('/node_modules/')

const timedOut = 'too slow: '
class TimedOut extends Error {}

// Those of the process: a test may replace its own.
async function inTime(result: unknown): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TimedOut()), longestTestMs)
  })
  try {
    await Promise.race([result, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Takes so many counts, and then ends the loop that counts. */
function limited(most: number): Record<string, number> {
  let left = most
  const set = () => {
    if (--left < 0) throw new Error('endless')
    return true
  }
  return new Proxy({}, { get: () => 0, set })
}

const messageOf = (error: unknown) => String((error as Error)?.message ?? error)

/** Jest finds it, and nothing of ours does. */
const expectPath = ['jest', '@jest/core', 'jest-config', 'jest-circus', '@jest/expect'].reduce(
  (path, next) => createRequire(path).resolve(next),
  __filename,
)

/** What Jest wants to know about a file. */
function resultOf(testFilePath: string, failureMessage: string, start: number, runtime: number) {
  const times = ['loadTestEnvironmentStart', 'loadTestEnvironmentEnd', 'setupAfterEnvStart', 'setupAfterEnvEnd']
  const ok = failureMessage === ''
  return {
    failureMessage: ok ? null : failureMessage,
    numFailingTests: ok ? 0 : 1,
    numPassingTests: ok ? 1 : 0,
    numPendingTests: 0,
    numTodoTests: 0,
    openHandles: [],
    perfStats: {
      start,
      end: start + runtime,
      runtime,
      slow: false,
      ...Object.fromEntries(times.map((name) => [name, start])),
    },
    skipped: false,
    snapshot: { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 },
    testFilePath,
    testResults: [
      {
        ancestorTitles: [],
        failureMessages: [],
        fullName: 'mutants',
        status: ok ? 'passed' : 'failed',
        title: 'mutants',
      },
    ],
    leaks: false,
  }
}
