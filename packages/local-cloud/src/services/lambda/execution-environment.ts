import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import { LogTail } from './log-tail.ts'

/** The input of one invocation. */
export interface Invocation {
  requestId: string
  /** JSON text. */
  payload: string
  invokedFunctionArn: string
  traceId: string
  /** JSON text. */
  clientContext?: string
}

/** An error as Lambda reports it to the caller. */
export interface FunctionError {
  errorType: string
  errorMessage: string
  trace?: string[]
}

/** How loading the function, or one invocation of it, ended. */
export type Ending =
  | { kind: 'ready' }
  | { kind: 'succeeded'; payload: string; heapBytes: number }
  /** The handler threw; the environment stays usable. */
  | { kind: 'failed'; error: FunctionError; heapBytes: number }
  /** The function failed outside its handler; the environment is gone, as after those below. */
  | { kind: 'crashed'; error: FunctionError }
  | { kind: 'timedOut'; limitMs: number }
  | { kind: 'exited'; reason: string }

/** What the invocations that are under way wait for. */
export interface Waits {
  /** When the first of their timers ends, by the virtual clock; Infinity without any. */
  untilMs: number
  /** How many responses they wait for. */
  responses: number
}

type Report = Exclude<Ending, { kind: 'timedOut' | 'exited' }> | { kind: 'log'; text: string }

export interface EnvironmentSettings {
  taskRoot: string
  handler: string
  version: string
  timeoutSeconds: number
  memoryMegabytes: number
  variables: Record<string, string>
  /** One 64-bit float: the offset of the virtual clock in milliseconds. */
  sharedClock: SharedArrayBuffer
}

// AWS's limit for loading a function.
const initLimitMs = 10_000

const bootstrap = fileURLToPath(new URL('./bootstrap.cjs', import.meta.url))

/** Where compiled code is kept, for all local clouds of this checkout. */
const compiledCode = fileURLToPath(new URL('../../../node_modules/.cache/functions', import.meta.url))

// V8 of Node 20 optimizes a function when it has run 132 KB of its bytecode. Every environment has an optimizer of its own, and few
// live long enough to get back what optimizing the AWS SDK costs: a fifth of their CPU. Later versions have no such flag, and
// wait for 3,000 calls.
if (process.versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=1000000')

// V8 lets the young objects of a worker grow to 48 MB, and keeps that. A call leaves fewer than these.
const youngMegabytes = 4

// The two clocks that tell how long a worker was active are read some microseconds apart.
const sameMs = 0.02

/** One worker thread that has one function loaded and works on one invocation at a time. */
export class ExecutionEnvironment {
  /** False once nothing more can be invoked here. */
  alive = true
  private readonly worker: Worker
  /** Resolves when the worker is gone. */
  readonly exited: Promise<void>
  private readonly tail = new LogTail()
  private loading: Promise<Ending> | undefined
  private settle: ((ending: Ending) => void) | undefined
  private partialLine = ''
  private reason: string | undefined
  private isInvoked = false
  /** Two 64-bit floats: when the first timer of the function ends, and for how many responses it waits. */
  private readonly sharedWaits = new SharedArrayBuffer(16)
  /** For how many milliseconds the worker had been active when that was last looked at. */
  private activeMs = 0

  constructor(
    private readonly settings: EnvironmentSettings,
    private readonly log: (line: string) => void,
    /** Gets Lambda's own lines about each invocation. */
    private readonly report: (line: string) => void,
  ) {
    const { taskRoot, handler, variables, memoryMegabytes, sharedClock } = settings
    const name = encodeURIComponent(variables.AWS_LAMBDA_FUNCTION_NAME ?? '')
    this.worker = new Worker(bootstrap, {
      workerData: {
        ...{ taskRoot, handler, sharedClock, sharedWaits: this.sharedWaits },
        compiledCode: join(compiledCode, name),
      },
      env: variables,
      // Neither this process's loaders nor its options reach the function.
      execArgv: [],
      argv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMegabytes, maxYoungGenerationSizeMb: youngMegabytes },
    })
    this.worker.on('message', (report: Report) => this.receive(report))
    this.worker.on('error', (error: NodeJS.ErrnoException) => {
      this.reason = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'signal: killed' : error.message
    })
    this.exited = new Promise((resolve) => {
      this.worker.on('exit', (code) => {
        this.alive = false
        this.settle?.({ kind: 'exited', reason: this.reason ?? (code === 0 ? '' : `exit status ${code}`) })
        resolve()
      })
    })
    this.loading = this.ending(initLimitMs)
  }

  /** Loads the function if this is the first invocation, and runs it. `logTail` is what AWS calls LogResult. */
  async run(invocation: Invocation): Promise<{ ending: Ending; logTail: string; durationMs: number }> {
    const { version, memoryMegabytes } = this.settings
    const { requestId } = invocation
    const init = performance.now()
    const loaded = await this.loading
    this.loading = undefined
    const start = performance.now()
    this.frame(`START RequestId: ${requestId} Version: ${version}`)

    const ending = loaded === undefined || loaded.kind === 'ready' ? await this.invoke(invocation) : loaded
    const what = whatWentWrong(ending)
    if (what) this.write(`${requestId} ${what}`)
    const durationMs = performance.now() - start
    const heapBytes = 'heapBytes' in ending ? ending.heapBytes : 0
    this.frame(`END RequestId: ${requestId}`)
    this.frame(
      [
        `REPORT RequestId: ${requestId}`,
        `Duration: ${durationMs.toFixed(2)} ms`,
        `Billed Duration: ${Math.ceil(durationMs)} ms`,
        `Memory Size: ${memoryMegabytes} MB`,
        `Max Memory Used: ${Math.ceil(heapBytes / 2 ** 20)} MB`,
        ...(loaded ? [`Init Duration: ${(start - init).toFixed(2)} ms`] : []),
        ...statusOf(ending),
      ].join('\t'),
    )
    return { ending, logTail: this.tail.take(), durationMs }
  }

  /** Ends the worker as a crash of the machine would. Its invocation ends with an error. */
  async crash(): Promise<void> {
    this.reason = 'signal: killed'
    await this.terminate()
  }

  /** Ends the worker, even during an invocation. Everything that it logged until then has been received. */
  async terminate(): Promise<void> {
    this.alive = false
    await this.worker.terminate()
    await this.exited
  }

  /** What its invocation waits for. Undefined if it has worked since the last call of this method. */
  waitsFor(): Waits | undefined {
    const { active } = this.worker.performance.eventLoopUtilization()
    const hasWorked = active - this.activeMs > sameMs
    this.activeMs = active
    if (!this.isInvoked || hasWorked) return undefined
    const [untilMs = Infinity, responses = 0] = new Float64Array(this.sharedWaits)
    return { untilMs, responses }
  }

  /** Ends the waits that the virtual clock has reached by a skip; otherwise they go on by the machine's clock. */
  endDueWaits(): void {
    this.worker.postMessage('clockMoved')
  }

  private async invoke(invocation: Invocation): Promise<Ending> {
    // A worker that has just exited can report to no caller any more.
    if (!this.alive) return { kind: 'exited', reason: this.reason ?? '' }
    const limitMs = this.settings.timeoutSeconds * 1000
    const ending = this.ending(limitMs)
    this.isInvoked = true
    this.worker.postMessage({ ...invocation, deadlineMs: Date.now() + limitMs })
    return await ending.finally(() => {
      this.isInvoked = false
    })
  }

  private async ending(limitMs: number): Promise<Ending> {
    let timer: NodeJS.Timeout | undefined
    const ending = await new Promise<Ending>((resolve) => {
      this.settle = resolve
      timer = setTimeout(() => resolve({ kind: 'timedOut', limitMs }), limitMs)
    })
    clearTimeout(timer)
    this.settle = undefined
    if (ending.kind === 'timedOut' || ending.kind === 'crashed') await this.terminate()
    if (this.partialLine) this.receive({ kind: 'log', text: '\n' })
    return ending
  }

  private receive(report: Report): void {
    if (report.kind !== 'log') {
      this.settle?.(report)
      return
    }
    const lines = (this.partialLine + report.text).split('\n')
    this.partialLine = lines.pop() ?? ''
    for (const line of lines) this.write(line)
  }

  private frame(line: string): void {
    this.tail.add(line)
    this.report(line)
  }

  private write(line: string): void {
    this.tail.add(line)
    this.log(line)
  }
}

/** What the REPORT line says of an environment that is gone. A handler that threw is no failure of its environment. */
function statusOf(ending: Ending): string[] {
  if (ending.kind === 'timedOut') return ['Status: timeout']
  if (ending.kind === 'exited') return ['Status: error', 'Error Type: Runtime.ExitError']
  if (ending.kind === 'crashed') return ['Status: error', `Error Type: ${ending.error.errorType}`]
  return []
}

/** Lambda's own error message for an ending that the function did not report; undefined for the others. */
export function whatWentWrong(ending: Ending): string | undefined {
  if (ending.kind === 'timedOut') return `Error: Task timed out after ${(ending.limitMs / 1000).toFixed(2)} seconds`
  if (ending.kind !== 'exited') return undefined
  if (ending.reason === '') return 'Error: Runtime exited without providing a reason'
  return `Error: Runtime exited with error: ${ending.reason}`
}
