import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import {
  type AttributeValue,
  DynamoDBClient,
  ListTablesCommand,
  paginateScan,
  QueryCommand,
} from '@aws-sdk/client-dynamodb'
import {
  LambdaClient,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import {
  DescribeExecutionCommand,
  ListExecutionsCommand,
  paginateGetExecutionHistory,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { strToU8, unzipSync, zipSync } from 'fflate'
import { LocalCloud } from '../local-cloud.ts'
import { stateMachineOf } from '../state-machine.ts'
import { codeFilesOf } from './code-files.ts'
import type { FailedRun } from './failed-runs.ts'
import type { FaultRule, InjectedRule, Phase } from './faults.ts'
import type { Random } from './random.ts'

const lookEveryMs = 50

type Item = Record<string, AttributeValue>
type Kills = { from: number; to: number; random: Random }

/** A local cloud that is killed at random moments and started again. Its methods retry what a kill has interrupted. */
export class CrashingCloud {
  kills = 0
  /** The rules that were active, with how often each was injected. */
  readonly phases: Phase[] = []
  /**
   * When each mail was claimed, as the customers' table recorded it before it deleted the customer: milliseconds since
   * 1970 by the virtual clock, under the id of the claim.
   */
  readonly claims = new Map<string, number>()
  private offsetMs = 0
  private skipsPauses = false
  /** The name of the customers' table. */
  private table: string | undefined
  private timer: NodeJS.Timeout | undefined
  private plannedKills: Kills | undefined
  private restarting: Promise<void> | undefined
  private looking: Promise<number> | undefined
  private tables: { endpoint: string; client: DynamoDBClient } | undefined

  private constructor(private readonly cloud: LocalCloud) {}

  static async start(stack: string): Promise<CrashingCloud> {
    return new CrashingCloud(await LocalCloud.start(stack))
  }

  /** Everything that it printed. */
  get output(): string {
    return this.cloud.output
  }

  /** The virtual clock, as the test knows it: right until something is skipped. */
  now(): number {
    return Date.now() + this.offsetMs
  }

  /**
   * From now on, sends `kill -9` when it has printed a random number of lines since its start, and starts it again. Lines show
   * how much has happened, on a slow machine as on a fast one: each invocation of a function prints one or two.
   */
  killEvery([from, to]: readonly [number, number], random: Random): void {
    this.plannedKills = { from, to, random }
    this.planKill()
  }

  private planKill(): void {
    if (!this.plannedKills) return
    const { from, to, random } = this.plannedKills
    let lines = random.whole(from, to)
    let { length: seen } = this.output
    // Not at the line itself: a function prints at the end of its work.
    this.timer = setInterval(() => {
      lines -= this.output.slice(seen).split('\n').length - 1
      seen = this.output.length
      if (lines > 0) return
      this.kills += 1
      this.beginRestart()
      // The next call reports a start that fails.
      this.restarting?.catch(() => undefined)
    }, lookEveryMs)
  }

  private beginRestart(): void {
    clearInterval(this.timer)
    this.restarting = this.restart().finally(() => {
      this.restarting = undefined
      this.planKill()
    })
  }

  private async restart(): Promise<void> {
    await this.cloud.kill()
    await this.cloud.start()
    if (this.skipsPauses) await this.cloud.control('PUT', 'pauses', { skipped: true })
  }

  /** Ends the kills. Resolves when the cloud is up. */
  async stopKills(): Promise<void> {
    this.plannedKills = undefined
    clearInterval(this.timer)
    await this.up()
  }

  /** Applies another synthesised stack, and then ships every function, as after a change of settings. */
  async deploy(stack: string): Promise<void> {
    await this.up()
    this.cloud.stack = stack
    this.beginRestart()
    await this.restarting
    await this.ship()
  }

  /** Publishes a new version of every function and moves `live` to it, as `npm run ship` does. */
  async ship(): Promise<void> {
    for (const [FunctionName, file] of codeFilesOf(this.cloud.stack)) {
      const files = unzipSync(readFileSync(join(this.cloud.stack, file)))
      const handler = strToU8(`${new TextDecoder().decode(files['handler.js'])}\n// Shipped.\n`)
      const ZipFile = zipSync({ ...files, 'handler.js': handler }, { mtime: new Date(1980, 0, 1) })
      await this.untilAnswered(async () => {
        const client = new LambdaClient(this.cloud.client)
        await client.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile }))
        const { Version } = await client.send(new PublishVersionCommand({ FunctionName }))
        await client.send(new UpdateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: Version }))
        client.destroy()
      })
    }
  }

  /**
   * Whether the clock also skips what functions wait for during an invocation. While reminders are sent it must not, if customers
   * are to meet them on their way.
   */
  async skipPauses(on: boolean): Promise<void> {
    this.skipsPauses = on
    await this.untilAnswered(() => this.cloud.control('PUT', 'pauses', { skipped: on }))
    this.offsetMs = await this.untilAnswered(() => this.offset())
  }

  /** Moves the clock to a moment. Resolves when everything that falls due has happened, in spite of all kills. */
  async advanceTo(moment: number): Promise<void> {
    for (let settled = false; !settled; ) {
      this.offsetMs = await this.untilAnswered(() => this.offset())
      settled = await this.unlessKilled(async () => {
        const { offsetSeconds } = await this.cloud.skip(Math.max(0, (moment - this.now()) / 1000))
        this.offsetMs = offsetSeconds * 1000
        return true
      }, false)
    }
  }

  /** Resolves when the clock has reached a moment, also while a skip is under way. */
  async reached(moment: number): Promise<void> {
    while (Date.now() + (await this.nextOffset()) < moment);
  }

  /** The offset in a moment: one request for all who wait. */
  private nextOffset(): Promise<number> {
    this.looking ??= pause(lookEveryMs)
      .then(() => this.untilAnswered(() => this.offset()))
      .finally(() => {
        this.looking = undefined
      })
    return this.looking
  }

  private async offset(): Promise<number> {
    const answer = await fetch(`${this.cloud.cloudUrl}/_local/clock`)
    return ((await answer.json()) as { offsetSeconds: number }).offsetSeconds * 1000
  }

  /** Sends a request to the API. Resolves with undefined if the connection breaks. */
  send(path: string, init: RequestInit): Promise<Response | undefined> {
    return this.unlessKilled(() => fetch(`${this.cloud.apiUrl}${path}`, init), undefined)
  }

  /** Replaces the active rules by these. */
  async injectFaults(seed: number, rules: readonly FaultRule[]): Promise<void> {
    await this.endPhase()
    await this.untilAnswered(async () => {
      const answer = await this.cloud.control('PUT', 'faults', { seed, rules })
      if (!answer.ok) throw new Error(await answer.text())
    })
    this.phases.push({ from: this.now(), to: Infinity, rules: rules.map((rule) => ({ ...rule, injected: 0 })) })
  }

  private async endPhase(): Promise<void> {
    const phase = this.phases.at(-1)
    if (!phase) return
    phase.rules = await this.untilAnswered(
      async () => (await (await fetch(`${this.cloud.cloudUrl}/_local/faults`)).json()) as InjectedRule[],
    )
    phase.to = this.now()
  }

  /** Reads the claims of all customers, or of one. Resolves with whether a reminder is claimed whose outcome is not known yet. */
  readClaims(customerId?: string): Promise<boolean> {
    return this.untilAnswered(async () => {
      let isOnItsWay = false
      const client = this.dynamodb()
      const items =
        customerId === undefined ? await this.everyCustomer(client) : await this.customer(client, customerId)
      for (const { M: mail } of items.flatMap(({ mails }) => mails?.L ?? [])) {
        this.claims.set(mail?.id?.S ?? '', Number(mail?.claimedAt?.N))
        isOnItsWay ||= mail?.step !== undefined && mail.sentAt === undefined
      }
      return isOnItsWay
    })
  }

  /** One client for each start, which has ports of its own: customers are read again and again. */
  private dynamodb(): DynamoDBClient {
    const { endpoint } = this.cloud.client
    if (this.tables?.endpoint !== endpoint) {
      this.tables?.client.destroy()
      this.tables = { endpoint, client: new DynamoDBClient(this.cloud.client) }
    }
    return this.tables.client
  }

  private async everyCustomer(client: DynamoDBClient): Promise<Item[]> {
    const found: Item[] = []
    for await (const { Items = [] } of paginateScan({ client }, { TableName: await this.tableIn(client) })) {
      found.push(...Items)
    }
    return found
  }

  // Not GetItem, which is made to fail.
  private async customer(client: DynamoDBClient, customerId: string): Promise<Item[]> {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: await this.tableIn(client),
        KeyConditionExpression: 'customerId = :id',
        ExpressionAttributeValues: { ':id': { S: customerId } },
      }),
    )
    return Items
  }

  private async tableIn(client: DynamoDBClient): Promise<string | undefined> {
    this.table ??= (await client.send(new ListTablesCommand({}))).TableNames?.find((name) =>
      name.endsWith('-customers'),
    )
    return this.table
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

  /** When the runs of these customers invoked their task, each time: milliseconds since 1970, by the virtual clock. */
  async attempts(customerIds: ReadonlySet<string>): Promise<Map<string, number[]>> {
    return await this.untilAnswered(async () => {
      const found = new Map<string, number[]>()
      if (customerIds.size === 0) return found
      const client = new SFNClient(this.cloud.client)
      const stateMachineArn = await stateMachineOf(client)
      let nextToken: string | undefined
      do {
        const page = await client.send(new ListExecutionsCommand({ stateMachineArn, nextToken }))
        for (const { name = '', executionArn } of page.executions ?? []) {
          const [customerId = ''] = name.split('_', 1)
          if (!customerIds.has(customerId)) continue
          const times = found.get(customerId) ?? []
          for await (const { events = [] } of paginateGetExecutionHistory({ client }, { executionArn })) {
            for (const { type, timestamp } of events) {
              if (type?.endsWith('Scheduled') && timestamp) times.push(timestamp.getTime())
            }
          }
          found.set(customerId, times)
        }
        nextToken = page.nextToken
      } while (nextToken)
      client.destroy()
      return found
    })
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
    this.plannedKills = undefined
    clearInterval(this.timer)
    await this.restarting?.catch(() => undefined)
    this.tables?.client.destroy()
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
