import type {
  HistoryEvent,
  Post,
  RunDetail,
  RunLogs,
  RunPage,
  RunRow,
  RunStatus,
} from '@confirmation-reminder/console/api'
import { lastPart } from '@confirmation-reminder/contracts/arn'
import { stateNames } from '@confirmation-reminder/contracts/names'
import type { RunWait } from '../core/run-summary.ts'
import { call, type Service } from '../core/service.ts'
import { Problem } from '../gateway/problem.ts'
import type { MailReader } from './mail-reader.ts'
import { pageIn } from './query.ts'
import { customerOf, type RunEntry, type RunIndex, type RunSource } from './run-index.ts'

/** Where the console finds what belongs to runs. */
export interface RunSources {
  clock: { now(): number }
  /** Step Functions as clients call it. */
  states: Service
  runs: RunSource & { definition(hash: string): Promise<string>; waits(arn: string): Promise<RunWait[]> }
  logs: Service
  /** The names of the functions' log groups. */
  logGroups: readonly string[]
  /** The messages of the Slack channel, in order of posting. */
  posts(): Promise<Post[]>
  /** The item of a customer, if there is one. */
  customer(id: string): Promise<Item | undefined>
}

/** An item of DynamoDB, as far as the console reads it. */
interface Item {
  [attribute: string]: { S?: string; N?: string; M?: Item }
}

const mostEvents = 1000
const mostLines = 1000
/** A function logs what it does for a run a little before the run begins, and after it has ended. */
const aroundMs = 60_000
const statuses: readonly RunStatus[] = ['RUNNING', 'SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED']

/** Runs in lists, and each with what belongs to it. */
export class RunReader {
  /** By the hash of a definition, how many reminders its plan has. */
  private readonly plans = new Map<string, Promise<number>>()

  constructor(
    private readonly from: RunSources,
    private readonly index: RunIndex,
    private readonly mails: MailReader,
  ) {}

  async page(query: URLSearchParams): Promise<RunPage> {
    await this.ready()
    const status = statuses.find((one) => one === query.get('status'))
    const { entries, ...more } = this.index.page({ text: query.get('q') ?? '', status, ...pageIn(query) })
    return { rows: await Promise.all(entries.map((entry) => this.rowOf(entry))), ...more }
  }

  /** The row of a run; undefined if there is no such run. */
  async row(name: string): Promise<RunRow | undefined> {
    await this.ready()
    const entry = this.index.named(name)
    return entry && this.rowOf(entry)
  }

  /** @throws Problem if there is no such run */
  async arnOf(name: unknown): Promise<string> {
    return (await this.named(name)).arn
  }

  /** A run with what belongs to it. @throws Problem if there is no such run */
  async detail(name: string | null): Promise<RunDetail> {
    const entry = await this.named(name)
    const { arn, definitionHash } = entry
    const { states, runs } = this.from
    const [described, events, definition, waits, run, posts, mails, customer] = await Promise.all([
      call(states, 'DescribeExecution', { executionArn: arn }) as Promise<Described>,
      this.latestEvents(arn),
      runs.definition(definitionHash),
      runs.waits(arn),
      this.rowOf(entry),
      this.from.posts(),
      this.mails.ofRun(entry),
      this.customerOf(entry.name),
    ])
    const { input, output, cause, redriveStatus, redriveStatusReason } = described
    return {
      ...{ run, input, definition, events, mails },
      earlierEvents: (events[0]?.id ?? 1) - 1,
      waits: waits.map(({ state, untilMs }) => ({ state, until: iso(untilMs) })),
      posts: posts.filter(({ text, title }) => `${title}${text}`.includes(entry.name)),
      ...(output !== undefined && { output }),
      ...(cause !== undefined && { cause }),
      ...(customer && { customer }),
      ...(redriveStatus !== 'REDRIVABLE' && { notRedrivable: redriveStatusReason ?? 'It cannot be redriven.' }),
      commands: {
        describe: `aws stepfunctions describe-execution --execution-arn ${arn}`,
        history: `aws stepfunctions get-execution-history --execution-arn ${arn}`,
        stop: `aws stepfunctions stop-execution --execution-arn ${arn}`,
        redrive: `aws stepfunctions redrive-execution --execution-arn ${arn}`,
      },
    }
  }

  /**
   * The first lines with the last part of the run's name, its trace id, in the time of the run.
   * @throws Problem if there is no such run
   */
  async logs(name: string | null): Promise<RunLogs> {
    const entry = await this.named(name)
    const found = await Promise.all(this.from.logGroups.map((group) => this.linesIn(group, entry)))
    const lines = found.flat().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0))
    return { lines: lines.slice(0, mostLines), cut: lines.length > mostLines }
  }

  /** More lines than are shown, if there are so many. */
  private async linesIn(group: string, { name, startMs, stopMs }: RunEntry): Promise<RunLogs['lines']> {
    const asked = {
      logGroupName: group,
      startTime: Math.max(0, startMs - aroundMs),
      endTime: Math.floor((stopMs ?? this.from.clock.now()) + aroundMs),
      // No name of a run has a quote.
      filterPattern: `"${name.slice(name.lastIndexOf('_') + 1)}"`,
      limit: mostLines + 1,
    }
    const lines: RunLogs['lines'] = []
    let nextToken: string | undefined
    do {
      const answer = (await call(this.from.logs, 'FilterLogEvents', {
        ...asked,
        ...(nextToken !== undefined && { nextToken }),
      })) as { events: { timestamp: number; message: string }[]; nextToken?: string }
      lines.push(
        ...answer.events.map(({ timestamp, message }) => ({ at: iso(timestamp), group, line: message.trimEnd() })),
      )
      nextToken = answer.nextToken
    } while (nextToken !== undefined && lines.length <= mostLines)
    return lines
  }

  /** The state that a run was in at a time. */
  async stateAt(name: string, ms: number): Promise<string | undefined> {
    const events = await this.latestEvents(await this.arnOf(name))
    const entered = events.findLast(({ type, at }) => type.endsWith('StateEntered') && Date.parse(at) <= ms)
    const state = entered?.details.name
    return typeof state === 'string' ? state : undefined
  }

  private ready(): Promise<unknown> {
    return Promise.all([this.index.ready(), this.mails.ready()])
  }

  private async named(name: unknown): Promise<RunEntry> {
    await this.ready()
    const entry = typeof name === 'string' ? this.index.named(name) : undefined
    if (entry) return entry
    throw new Problem(
      404,
      'No such run',
      'There is no run of this name. Step Functions deletes a run 90 days after its end.',
    )
  }

  private async rowOf(entry: RunEntry): Promise<RunRow> {
    const { arn, name, machineArn, status, startMs, stopMs, state, wakesMs, outcome, error, redriveCount } = entry
    const address = this.mails.addressOf(customerOf(name) ?? '')
    const step = await this.stepOf(entry)
    return {
      ...{ name, arn, machine: lastPart(machineArn), status, startedAt: iso(startMs), redriveCount },
      ...(stopMs !== undefined && { stoppedAt: iso(stopMs) }),
      ...(state !== undefined && { state }),
      ...(wakesMs !== undefined && { wakesAt: iso(wakesMs) }),
      ...(step && { step }),
      ...(address !== undefined && { address }),
      ...(outcome !== undefined && { outcome }),
      ...(error !== undefined && { error }),
    }
  }

  /** Which reminder of how many: the states of each but the first end with its number. */
  private async stepOf({ definitionHash, state }: RunEntry): Promise<RunRow['step']> {
    const of = this.plans.get(definitionHash) ?? this.from.runs.definition(definitionHash).then(remindersIn)
    this.plans.set(definitionHash, of)
    const all = await of
    if (all === 0 || state === undefined) return undefined
    return { number: Number(state.replace(/^[^0-9]*/, '') || 1), of: all }
  }

  /** In order. */
  private async latestEvents(arn: string): Promise<HistoryEvent[]> {
    const latestFirst = { executionArn: arn, maxResults: mostEvents, reverseOrder: true }
    const { events } = (await call(this.from.states, 'GetExecutionHistory', latestFirst)) as { events: Recorded[] }
    return events.reverse().map(eventOf)
  }

  /** What the customer of a run has answered, unless the registration is over or there is a later one. */
  private async customerOf(name: string): Promise<RunDetail['customer']> {
    const item = await this.from.customer(customerOf(name) ?? '')
    if (!item?.state?.S || !name.endsWith(`_${item.traceId?.S}`)) return undefined
    const ms = item.consent?.M?.answered?.M?.at?.N ?? item.withdrawnAt?.N
    return { state: item.state.S, ...(ms !== undefined && { at: iso(Number(ms)) }) }
  }
}

interface Described {
  input: string
  output?: string
  cause?: string
  redriveStatus: string
  redriveStatusReason?: string
}

/** An event as GetExecutionHistory answers it. */
interface Recorded {
  id: number
  previousEventId: number
  type: string
  /** Seconds since 1970. */
  timestamp: number
  [details: string]: unknown
}

function eventOf({ id, previousEventId, type, timestamp, ...rest }: Recorded): HistoryEvent {
  const details = Object.entries(rest).find(([member]) => member.endsWith('EventDetails'))?.[1]
  return { id, previousEventId, at: iso(timestamp * 1000), type, details: { ...Object(details) } }
}

/** How many reminders the plan of a definition has. */
function remindersIn(definition: string): number {
  const names = Object.keys(Object(JSON.parse(definition)).States ?? {})
  const { triggerNotification } = stateNames
  return names.filter(
    (name) => name.startsWith(triggerNotification) && /^\d*$/.test(name.slice(triggerNotification.length)),
  ).length
}

const iso = (ms: number) => new Date(ms).toISOString()
