import { randomBytes } from 'node:crypto'
import type { VirtualClock } from '../../core/clock.ts'
import type { Caller } from '../../faults/call.ts'
import { folderOf } from './code.ts'
import { environmentVariables } from './environment-variables.ts'
import { ExecutionEnvironment, type Waits } from './execution-environment.ts'
import { Pool } from './pool.ts'
import type { Target } from './versions.ts'

// Long enough that a developer who experiments gets warm environments.
const idleMs = 60_000

/** Gets every line that a function writes, with its log stream; and without one, what Lambda says about a function. */
export type LogOfFunctions = (functionName: string, line: string, logStream?: string) => void

/** What environments are started with. */
export interface EnvironmentSettings {
  region: string
  /** Where the code of functions is unzipped. */
  folder: string
  clock: Pick<VirtualClock, 'now' | 'shared'>
  /** Where functions find AWS; asked for when an environment starts, not before. */
  endpointUrl: () => string
  log: LogOfFunctions
  report: (functionName: string, line: string, logStream: string) => void
  /** How many environments a version of a function may have. */
  concurrency: number
}

/** The execution environments of all functions, and the credentials that each of them has. */
export class Environments {
  private readonly pools = new Map<string, Pool>()
  private skipsWaits = false
  private readonly callers = new Map<string, Caller & { secretAccessKey: string }>()

  constructor(private readonly settings: EnvironmentSettings) {}

  /** The pool of a version of a function. */
  of(target: Target): Pool {
    // Of $LATEST there may be another one after each change; calls in the old one end there.
    const key = `${target.function.name}:${target.version.version}:${target.version.revisionId}`
    const { concurrency } = this.settings
    const pool = this.pools.get(key) ?? new Pool(() => this.start(target), concurrency, idleMs)
    pool.skipsWaits = this.skipsWaits
    this.pools.set(key, pool)
    return pool
  }

  /** The environment that has these credentials, as the one who calls with them; and its secret access key. */
  callerOf(accessKeyId: string): (Caller & { secretAccessKey: string }) | undefined {
    return this.callers.get(accessKeyId)
  }

  /** What the invocations under way wait for; undefined, unless each of them waits: see `Pool`. */
  waitsFor(): Waits | undefined {
    const all = [...this.pools.values()].map((pool) => pool.waitsFor())
    if (!all.every((waits) => waits !== undefined)) return undefined
    const waits = all.flat()
    return {
      untilMs: Math.min(...waits.map(({ untilMs }) => untilMs)),
      responses: waits.reduce((sum, { responses }) => sum + responses, 0),
    }
  }

  /** Says whether what invocations wait for is skipped from now on. */
  skipWaits(on: boolean): void {
    this.skipsWaits = on
    for (const pool of this.pools.values()) pool.skipsWaits = on
  }

  /** Ends the waits of invocations that the virtual clock has reached by a skip. */
  endDueWaits(): void {
    for (const pool of this.pools.values()) pool.endDueWaits()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.stop()))
  }

  private start({ function: { name }, version: { version, code, configuration } }: Target): ExecutionEnvironment {
    const { region, folder, clock, endpointUrl, log, report } = this.settings
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
    const logStream = `${day}/[${version}]${randomBytes(16).toString('hex')}`
    const accessKeyId = `local-${name}-${randomBytes(8).toString('hex')}`
    // Unguessable: if the local cloud was started with --token, it gives access to the AWS endpoint.
    const secretAccessKey = randomBytes(32).toString('base64url')
    const taskRoot = folderOf(folder, code)
    const credentials = { accessKeyId, secretAccessKey }
    const place = { name, version, logStream, region, endpointUrl: endpointUrl(), taskRoot }
    const variables = environmentVariables(configuration, { ...place, ...credentials })
    const { handler, timeoutSeconds, memoryMegabytes } = configuration
    const environment = new ExecutionEnvironment(
      { taskRoot, handler, version, timeoutSeconds, memoryMegabytes, variables, sharedClock: clock.shared },
      (line) => log(name, line, logStream),
      (line) => report(name, line, logStream),
    )
    this.callers.set(accessKeyId, { name, crash: () => environment.crash(), secretAccessKey })
    void environment.exited.then(() => this.callers.delete(accessKeyId))
    return environment
  }
}
