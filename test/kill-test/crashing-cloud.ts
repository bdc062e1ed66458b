import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { LocalCloud } from '../local-cloud.ts'
import type { FailedRun } from './audit.ts'
import type { FaultRule, InjectedRule } from './faults.ts'
import type { Random } from './random.ts'

/** A local cloud that is killed at any moment and started again, and what can be asked of it all the same. */
export class Victim {
  kills = 0
  private offsetMs = 0
  private timer: NodeJS.Timeout | undefined
  private restarting: Promise<void> | undefined
  private readonly cloud: LocalCloud

  private constructor(cloud: LocalCloud) {
    this.cloud = cloud
  }

  static async start(stack: string): Promise<Victim> {
    return new Victim(await LocalCloud.start(stack))
  }

  /** Everything that it printed. */
  get output(): string {
    return this.cloud.output
  }

  /** The virtual clock, as far as is known from outside: right whenever no skip is under way. */
  now(): number {
    return Date.now() + this.offsetMs
  }

  /** From now on `kill -9`, again and again, a random number of seconds after each start. */
  killEvery([from, to]: readonly [number, number], random: Random): void {
    this.timer = setTimeout(() => {
      this.kills += 1
      this.restarting = this.cloud
        .kill()
        .then(() => this.cloud.start())
        .finally(() => {
          this.restarting = undefined
          if (this.timer) this.killEvery([from, to], random)
        })
      // Whoever needs it next hears of a start that fails.
      this.restarting.catch(() => undefined)
    }, random.between(from, to) * 1000)
  }

  /** No more kills. Resolves when it is up. */
  async spare(): Promise<void> {
    clearTimeout(this.timer)
    this.timer = undefined
    await this.up()
  }

  /** Moves the clock to a moment, and lets everything happen that falls due, however often it is killed meanwhile. */
  async advanceTo(moment: number): Promise<void> {
    for (let settled = false; !settled; ) {
      settled = await this.whileItLives(async () => {
        const { offsetSeconds } = await this.cloud.skip(Math.max(0, (moment - this.now()) / 1000))
        this.offsetMs = offsetSeconds * 1000
        return true
      }, false)
      if (!settled) this.offsetMs = await this.persistently(() => this.offset())
    }
  }

  private async offset(): Promise<number> {
    const answer = await fetch(`${this.cloud.cloudUrl}/_local/clock`)
    return ((await answer.json()) as { offsetSeconds: number }).offsetSeconds * 1000
  }

  /** Sends a request to the API. Nobody answers where the connection breaks. */
  send(path: string, init: RequestInit): Promise<Response | undefined> {
    return this.whileItLives(() => fetch(`${this.cloud.apiUrl}${path}`, init), undefined)
  }

  async meet(seed: number, rules: FaultRule[]): Promise<void> {
    await this.persistently(async () => {
      const answer = await this.cloud.control('PUT', 'faults', { seed, rules })
      if (!answer.ok) throw new Error(await answer.text())
    })
  }

  faults(): Promise<InjectedRule[]> {
    return this.persistently(async () => (await fetch(`${this.cloud.cloudUrl}/_local/faults`)).json()) as Promise<
      InjectedRule[]
    >
  }

  mails = (to?: string) => this.persistently(() => this.cloud.mails(to))

  slack = () => this.persistently(() => this.cloud.slack())

  async openRuns(): Promise<number> {
    return (await this.runs('RUNNING', 1)).length
  }

  async failedRuns(): Promise<FailedRun[]> {
    const lists = await Promise.all((['FAILED', 'TIMED_OUT', 'ABORTED'] as const).map((status) => this.runs(status)))
    return lists.flat()
  }

  private runs(statusFilter: 'RUNNING' | 'FAILED' | 'TIMED_OUT' | 'ABORTED', most = Infinity): Promise<FailedRun[]> {
    return this.persistently(async () => {
      const client = new SFNClient(this.cloud.client)
      const { stateMachines: [machine] = [] } = await client.send(new ListStateMachinesCommand({}))
      const found: FailedRun[] = []
      let nextToken: string | undefined
      do {
        const { stateMachineArn } = machine ?? {}
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

  /** Resolves when it can be spoken to. */
  private async up(): Promise<void> {
    while (this.restarting) await this.restarting
  }

  /** What comes of it, or `otherwise` where the connection breaks. */
  private async whileItLives<T>(work: () => Promise<T>, otherwise: T): Promise<T> {
    await this.up()
    const { kills } = this
    try {
      return await work()
    } catch (error) {
      // Node's fetch throws a TypeError where the connection breaks; anything else nobody expects.
      const killed = this.kills > kills
      if (!killed && !(error instanceof TypeError)) throw error
      if (!killed && !this.cloud.alive) throw new Error(`The local cloud ended by itself:\n${this.output.slice(-4000)}`)
      return otherwise
    }
  }

  /** Until it works: a kill in between does not count. */
  private async persistently<T>(work: () => Promise<T>): Promise<T> {
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
