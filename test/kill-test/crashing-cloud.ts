import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb'
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { LocalCloud } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'
import type { Claims, FailedRun } from './audit.ts'
import type { FaultRule, InjectedRule } from './faults.ts'
import type { Random } from './random.ts'

// A kill comes no sooner after a start than this many times as long as the start took. On a slow machine nothing would
// happen between two kills otherwise.
const startsBetweenKills = 3

/** A local cloud that is killed at random moments and started again. Its methods retry what a kill has interrupted. */
export class CrashingCloud {
  kills = 0
  private offsetMs = 0
  private timer: NodeJS.Timeout | undefined
  private restarting: Promise<void> | undefined

  private constructor(
    private readonly cloud: LocalCloud,
    /** How long the latest start took. */
    private startedInMs: number,
  ) {}

  static async start(stack: string): Promise<CrashingCloud> {
    const began = performance.now()
    return new CrashingCloud(await LocalCloud.start(stack), performance.now() - began)
  }

  /** Everything that it printed. */
  get output(): string {
    return this.cloud.output
  }

  /** The virtual clock, as the test knows it: right while no skip is under way. */
  now(): number {
    return Date.now() + this.offsetMs
  }

  /** From now on, sends `kill -9` a random number of seconds after each start, and starts it again. */
  killEvery([from, to]: readonly [number, number], random: Random): void {
    const afterMs = Math.max(random.between(from, to) * 1000, startsBetweenKills * this.startedInMs)
    this.timer = setTimeout(() => {
      this.kills += 1
      this.restarting = this.restart().finally(() => {
        this.restarting = undefined
        if (this.timer) this.killEvery([from, to], random)
      })
      // The next call reports a start that fails.
      this.restarting.catch(() => undefined)
    }, afterMs)
  }

  private async restart(): Promise<void> {
    await this.cloud.kill()
    const began = performance.now()
    await this.cloud.start()
    this.startedInMs = performance.now() - began
  }

  /** Ends the kills. Resolves when the cloud is up. */
  async stopKills(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    await this.up()
  }

  /** Moves the clock to a moment. Resolves when everything that falls due has happened, in spite of all kills. */
  async advanceTo(moment: number): Promise<void> {
    for (let settled = false; !settled; ) {
      settled = await this.unlessKilled(async () => {
        const { offsetSeconds } = await this.cloud.skip(Math.max(0, (moment - this.now()) / 1000))
        this.offsetMs = offsetSeconds * 1000
        return true
      }, false)
      if (!settled) this.offsetMs = await this.untilAnswered(() => this.offset())
    }
  }

  private async offset(): Promise<number> {
    const answer = await fetch(`${this.cloud.cloudUrl}/_local/clock`)
    return ((await answer.json()) as { offsetSeconds: number }).offsetSeconds * 1000
  }

  /** Sends a request to the API. Resolves with undefined if the connection breaks. */
  send(path: string, init: RequestInit): Promise<Response | undefined> {
    return this.unlessKilled(() => fetch(`${this.cloud.apiUrl}${path}`, init), undefined)
  }

  async injectFaults(seed: number, rules: FaultRule[]): Promise<void> {
    await this.untilAnswered(async () => {
      const answer = await this.cloud.control('PUT', 'faults', { seed, rules })
      if (!answer.ok) throw new Error(await answer.text())
    })
  }

  faults(): Promise<InjectedRule[]> {
    return this.untilAnswered(async () => (await fetch(`${this.cloud.cloudUrl}/_local/faults`)).json()) as Promise<
      InjectedRule[]
    >
  }

  /** When each mail was claimed, from the customers' table. */
  claims(): Promise<Claims> {
    return this.untilAnswered(async () => {
      const claims = new Map<string, number>()
      const client = new DynamoDBClient(this.cloud.client)
      const { TableNames = [] } = await client.send(new ListTablesCommand({}))
      const TableName = TableNames.find((name) => name.endsWith('-customers'))
      for await (const { Items = [] } of paginateScan({ client }, { TableName })) {
        for (const { mails } of Items) {
          for (const { M: mail } of mails?.L ?? []) claims.set(mail?.id?.S ?? '', Number(mail?.claimedAt?.N))
        }
      }
      return claims
    })
  }

  mails = (to?: string) => this.untilAnswered(() => this.cloud.mails(to))

  slack = () => this.untilAnswered(() => this.cloud.slack())

  async openRuns(): Promise<number> {
    return (await this.runs('RUNNING', 1)).length
  }

  async failedRuns(): Promise<FailedRun[]> {
    const lists = await Promise.all((['FAILED', 'TIMED_OUT', 'ABORTED'] as const).map((status) => this.runs(status)))
    return lists.flat()
  }

  private runs(statusFilter: 'RUNNING' | 'FAILED' | 'TIMED_OUT' | 'ABORTED', most = Infinity): Promise<FailedRun[]> {
    return this.untilAnswered(async () => {
      const client = new SFNClient(this.cloud.client)
      const stateMachineArn = await stateMachineOf(client)
      const found: FailedRun[] = []
      let nextToken: string | undefined
      do {
        const page = await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter, nextToken }))
        for (const { name = '', executionArn } of page.executions ?? []) {
          const { error = '', stopDate } = await client.send(new DescribeExecutionCommand({ executionArn }))
          found.push({ name, status: statusFilter, error, stoppedAt: stopDate?.getTime() ?? Infinity })
          if (found.length >= most) return found
        }
        nextToken = page.nextToken
      } while (nextToken)
      return found
    })
  }

  async dispose(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    await this.restarting?.catch(() => undefined)
    await this.cloud.dispose()
  }

  /** Resolves when no restart is under way. */
  private async up(): Promise<void> {
    while (this.restarting) await this.restarting
  }

  /** Resolves with the result of the work, or with `otherwise` if the connection breaks. */
  private async unlessKilled<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    await this.up()
    const { kills } = this
    try {
      return await work()
    } catch (error) {
      // Node's fetch throws a TypeError if the connection breaks. Any other error is a fault of the test.
      const killed = this.kills > kills
      if (!killed && !(error instanceof TypeError)) throw error
      if (!killed && !this.cloud.alive) throw new Error(`The local cloud ended by itself:\n${this.output.slice(-4000)}`)
      return otherwise
    }
  }

  /** Repeats the work after each kill that interrupts it. */
  private async untilAnswered<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      await this.up()
      const { kills } = this
      try {
        return await work()
      } catch (error) {
        if (this.kills === kills) throw error
      }
    }
  }
}
