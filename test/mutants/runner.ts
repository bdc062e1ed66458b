import { writeFileSync, readFileSync } from 'node:fs'
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
  verdict: 'killed' | 'survived' | 'unreached'
  /** The test that noticed it. */
  by?: string
}

interface Settings {
  instrumented: string
  verdicts: string
}

/** The switches and counters in the sources, as Stryker's instrumenter writes them. */
interface Switch {
  activeMutant?: string | undefined
  currentTestId?: string | undefined
  hitCount?: number | undefined
  hitLimit?: number | undefined
  mutantCoverage: { static: Record<string, number>; perTest: Record<string, Record<string, number>> }
}

/** The parts of Jest's runtime that are needed here. */
interface Runtime {
  requireModule(path: string): unknown
  requireModule(from: string, name: string): unknown
  requireInternalModule(path: string): unknown
  setGlobalsForRuntime(globals: object): void
  restoreAllMocks(): void
  registries: { moduleRegistry: Map<string, unknown>; mockRegistry: Map<string, unknown> }
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
/** A loop that goes through a mutant so many times as often as without it never ends. */
const hitFactor = 100
const fewHits = 10_000

const verdicts = new Map<string, Verdict>()
let mutants: Mutant[] | undefined

export default async function runFile(
  _: unknown,
  { globals }: { globals: { mutants: Settings } },
  environment: Environment,
  runtime: Runtime,
  path: string,
) {
  mutants ??= (JSON.parse(readFileSync(globals.mutants.instrumented, 'utf8')) as Instrumented).mutants
  for (const { id } of mutants) if (!verdicts.has(id)) verdicts.set(id, { verdict: 'unreached' })
  const start = Date.now()
  const began = performance.now()
  const tests = new TestFile(environment, runtime, path)
  let failure = ''
  try {
    await tests.judge(verdicts)
  } catch (error) {
    failure = `${path}: ${(error as Error).stack}`
  }
  writeFileSync(globals.mutants.verdicts, JSON.stringify([...verdicts]))
  return resultOf(path, failure, start, performance.now() - began)
}

class TestFile {
  private readonly controls: Switch = { mutantCoverage: { static: {}, perTest: {} } }
  private readonly durations = new Map<string, number>()

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
  }

  /** Runs the tests for each mutant that they reach and that no other file killed. */
  async judge(verdicts: Map<string, Verdict>): Promise<void> {
    let loaded = await this.load()
    const { perCase, onLoad } = await this.dryRun(loaded)
    const survivors = () => [...verdicts].filter(([, { verdict }]) => verdict !== 'killed').map(([id]) => id)
    const reached = (id: string) => loaded.cases.filter(({ name }) => perCase.get(name)?.has(id))

    for (const id of survivors()) {
      if (onLoad.has(id) || reached(id).length === 0) continue
      const hits = this.hitsOf(id)
      const run = async () => await this.firstFailure(this.fastestFirst(reached(id)), id, hits)
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
    }
    await this.unload(loaded)

    for (const id of survivors()) {
      if (!onLoad.has(id)) continue
      const by = await this.loadWith(id, this.hitsOf(id))
      verdicts.set(id, by ? { verdict: 'killed', by: `${this.path}: ${by}` } : { verdict: 'survived' })
    }
  }

  private install(globals: Record<string, unknown>): void {
    this.runtime.setGlobalsForRuntime(globals)
    Object.assign(this.environment.global, globals)
  }

  /** Loads the file and all modules of ours once more, and runs what it does before all tests. */
  private async load(): Promise<Loaded> {
    const { moduleRegistry, mockRegistry } = this.runtime.registries
    for (const path of moduleRegistry.keys()) if (!path.includes('/node_modules/')) moduleRegistry.delete(path)
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

  /** Which mutants each test reaches, and which are reached before any of them. */
  private async dryRun(loaded: Loaded) {
    const { mutantCoverage } = this.controls
    const onLoad = new Set(Object.keys(mutantCoverage.static))
    const perCase = new Map<string, Set<string>>()
    for (const one of loaded.cases) {
      const began = performance.now()
      const failed = await this.firstFailure([one])
      if (failed) throw new Error(`Without a mutant, this test fails: ${failed}`)
      this.durations.set(one.name, performance.now() - began)
      perCase.set(one.name, new Set(Object.keys(mutantCoverage.perTest[one.name] ?? {})))
    }
    return { perCase, onLoad }
  }

  private hitsOf(id: string): number {
    const { static: onLoad, perTest } = this.controls.mutantCoverage
    return Math.max(onLoad[id] ?? 0, ...Object.values(perTest).map((hits) => hits[id] ?? 0))
  }

  private fastestFirst(cases: Case[]): Case[] {
    const duration = ({ name }: Case) => this.durations.get(name) ?? 0
    return [...cases].sort((one, other) => duration(one) - duration(other))
  }

  private activate(id: string, hits: number): void {
    Object.assign(this.controls, { activeMutant: id, hitCount: 0, hitLimit: Math.max(fewHits, hitFactor * hits) })
  }

  private deactivate(): void {
    Object.assign(this.controls, { activeMutant: undefined, hitCount: undefined })
  }

  /** The first failure while the file is loaded and run with a mutant; undefined if there is none. */
  private async loadWith(id: string, hits: number): Promise<string | undefined> {
    this.activate(id, hits)
    try {
      const loaded = await this.load()
      const failed = await this.firstFailure(this.fastestFirst(loaded.cases), id, hits)
      await this.unload(loaded)
      return failed
    } catch (error) {
      return `loading: ${messageOf(error)}`
    } finally {
      this.deactivate()
    }
  }

  /** Runs tests until one fails, with a mutant or without. Returns what failed. */
  private async firstFailure(cases: Case[], mutant?: string, hits = 0): Promise<string | undefined> {
    for (const one of cases) {
      this.controls.currentTestId = one.name
      if (mutant !== undefined) this.activate(mutant, hits)
      try {
        await this.run(one)
      } catch (error) {
        if (error instanceof TimedOut) return `${timedOut}${one.name}`
        if (mutant === undefined) return `${one.name}: ${messageOf(error)}`
        return one.name
      } finally {
        this.deactivate()
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

const messageOf = (error: unknown) => String((error as Error)?.message ?? error)

/** Jest finds it, and nothing of ours does. */
const expectPath = ['jest', '@jest/core', 'jest-config', 'jest-circus', '@jest/expect'].reduce(
  (path, next) => createRequire(path).resolve(next),
  __filename,
)

/** What Jest wants to know about a file. */
function resultOf(testFilePath: string, failureMessage: string, start: number, runtime: number) {
  const none = { added: 0, fileDeleted: false, matched: 0, unchecked: 0, uncheckedKeys: [], unmatched: 0, updated: 0 }
  return {
    failureMessage: failureMessage || null,
    numFailingTests: failureMessage ? 1 : 0,
    numPassingTests: failureMessage ? 0 : 1,
    numPendingTests: 0,
    numTodoTests: 0,
    openHandles: [],
    perfStats: { start, end: Date.now(), runtime, slow: false, loadTestEnvironmentStart: start, loadTestEnvironmentEnd: start, setupAfterEnvStart: start, setupAfterEnvEnd: start, setupFilesStart: start, setupFilesEnd: start },
    skipped: false,
    snapshot: none,
    testFilePath,
    testResults: [],
    leaks: false,
  }
}
