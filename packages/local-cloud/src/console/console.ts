import { readFile } from 'node:fs/promises'
import type {
  Architecture,
  ClockState,
  FunctionRow,
  Home,
  LogLine,
  MailDetail,
  Post,
  Runbook,
} from '@confirmation-reminder/console/api'
import type { Sending } from '@confirmation-reminder/gallery/gallery'
import { call } from '../core/service.ts'
import { Problem } from '../gateway/problem.ts'
import type { AlarmReader } from './alarm-reader.ts'
import { LiveChannel } from './live.ts'
import type { LogReader } from './log-reader.ts'
import { MailBook, type MailSource } from './mail-book.ts'
import { MailReader, type WholeMails } from './mail-reader.ts'
import type { OverviewReader } from './overview-reader.ts'
import { logFilterIn, numberOf, pageIn } from './query.ts'
import { RunIndex } from './run-index.ts'
import { RunReader, type RunSources } from './run-reader.ts'
import type { SlackChannel } from './slack-channel.ts'

/** What the console reads, and the little that it changes. */
export interface Seen extends Omit<RunSources, 'posts'> {
  home: Home
  /** How functions send mails, for the gallery. */
  sending: Sending
  clock: { now(): number; readonly offsetMs: number }
  /** Resolves with what starts again with an empty data folder, once nothing stands against it. */
  reset: (() => Promise<() => void>) | undefined
  runs: RunSources['runs'] & { nextDueMs(): Promise<number> }
  /** Calls the listener for every line that a function writes. */
  onLine(listener: (line: Pick<LogLine, 'group' | 'line'> & { atMs: number }) => void): void
  mails: MailSource & WholeMails
  posts: { list(): Promise<SeenPost[]>; onPost(listener: (key: string, post: SeenPost) => void): void }
  /** The name of the tag of a mail that names its customer. */
  customerTag: string
  slack: SlackChannel
  alarms: AlarmReader
  lines: LogReader
  overview: OverviewReader
  functions(): Promise<FunctionRow[]>
  /** Computed when somebody first looks at it. */
  architecture: () => Architecture
}

type SeenPost = Omit<Post, 'dropped'> & { dropped?: string }

/** Answers a request of the console: its query for a GET, its body for a POST. It refuses by throwing a Problem. */
type Read = (request: { query: URLSearchParams }) => unknown
type Change = (request: { body: unknown }) => unknown

const answeredMs = 100
const runbookPath = 'docs/runbook.md'

/** What the console's page asks for, below `/_local/console/`, and what is published to it. */
export class Console {
  readonly live = new LiveChannel()
  readonly sending: Sending
  private readonly runs: RunReader
  private readonly mails: MailReader

  constructor(private readonly seen: Seen) {
    this.sending = seen.sending
    const book = new MailBook(seen.mails, seen.customerTag)
    const index = new RunIndex(seen.runs, (customer) => book.addressOf(customer))
    this.mails = new MailReader(seen.mails, book, index)
    const posts = async () => (await seen.posts.list()).map(postOf)
    this.runs = new RunReader({ ...seen, posts }, index, this.mails)
    this.publish()
  }

  /** The clock was moved, or may show another next event. */
  moved(): void {
    this.live.moved(() => this.clock())
  }

  /** What a GET answers, by the path below `/_local/console/`. */
  get reads(): Readonly<Record<string, Read>> {
    const { seen, runs, mails } = this
    const { slack, alarms, lines, overview } = seen
    return {
      home: () => seen.home,
      clock: () => this.clock(),
      runs: ({ query }) => runs.page(query),
      run: ({ query }) => runs.detail(query.get('name')),
      'run-logs': ({ query }) => runs.logs(query.get('name')),
      mails: ({ query }) => mails.page(query),
      mail: ({ query }) => this.mailDetail(query.get('number')),
      slack: ({ query }) => {
        const { after, limit } = pageIn(query)
        return slack.page({ after: after === undefined ? undefined : numberOf(after), limit })
      },
      alarms: () => alarms.list(),
      alarm: ({ query }) => alarms.detail(query.get('name') ?? ''),
      overview: () => overview.read(),
      functions: () => seen.functions(),
      logs: ({ query }) => {
        const [key, { after, limit }] = [query.get('since'), pageIn(query)]
        return key === null
          ? lines.page(logFilterIn(query), { after, limit })
          : lines.since(logFilterIn(query), { key, limit })
      },
      architecture: seen.architecture,
      runbook: readRunbook,
    }
  }

  /** What a POST does, by the path below `/_local/console/`. */
  get changes(): Readonly<Record<string, Change>> {
    const act =
      (action: string, more: object): Change =>
      async ({ body }) => {
        const executionArn = await this.runs.arnOf(Object(body).name)
        await call(this.seen.states, action, { executionArn, ...more }).catch((error: Error) => {
          throw new Problem(409, 'Refused', error.message)
        })
        return {}
      }
    return {
      stop: act('StopExecution', { cause: 'Stopped in the console.' }),
      redrive: act('RedriveExecution', {}),
      reset: async () => {
        const { reset } = this.seen
        if (!reset)
          throw new Problem(409, 'Not possible', 'Only npm start can reset: stop it, and start it with --reset.')
        const startAgain = await reset().catch((error: Error) => {
          throw new Problem(409, 'Refused', error.message)
        })
        // The answer is on its way before the connections are closed.
        setTimeout(startAgain, answeredMs).unref()
        return {}
      },
    }
  }

  /** @throws Problem if there is no such mail */
  mail(number: string | undefined): Promise<{ html: string; text: string }> {
    return this.mails.mail(number)
  }

  stop(): void {
    this.live.stop()
  }

  private publish(): void {
    const { runs, mails, posts, onLine } = this.seen
    runs.watch(
      ({ arn, name }) => {
        this.live.changed('runs', arn, () => this.runs.row(name))
        this.moved()
      },
      () => {},
    )
    mails.keptListeners.push((key, line) => this.live.changed('mails', key, () => this.mails.row(key, line)))
    let lines = 0
    onLine(({ group, atMs, line }) => {
      this.live.changed('logs', String(lines++), () => ({ at: iso(atMs), group, line }))
    })
    posts.onPost((key, post) => this.live.changed('posts', key, () => postOf(post)))
  }

  private async clock(): Promise<ClockState> {
    const { clock, runs } = this.seen
    const nextMs = await runs.nextDueMs()
    return {
      now: iso(clock.now()),
      offsetSeconds: clock.offsetMs / 1000,
      ...(nextMs < Infinity && { nextAt: iso(Math.max(nextMs, clock.now())) }),
    }
  }

  private async mailDetail(number: string | null): Promise<MailDetail> {
    const mail = await this.mails.detail(number)
    const state = mail.run === undefined ? undefined : await this.runs.stateAt(mail.run, Date.parse(mail.at))
    return { ...mail, ...(state !== undefined && { state }) }
  }
}

async function readRunbook(): Promise<Runbook> {
  const text = await readFile(new URL(`../../../../${runbookPath}`, import.meta.url), 'utf8')
  return { path: runbookPath, text }
}

const postOf = ({ at, channel, title, text, kind, dropped }: SeenPost): Post => ({
  ...{ at, channel, title, text, kind },
  dropped: dropped ?? null,
})

const iso = (ms: number) => new Date(ms).toISOString()
