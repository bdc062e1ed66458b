/*
 * What the local cloud answers to the console's page, and what it publishes to it: the one contract between the two. Times
 * are ISO 8601, by the clock of the local cloud.
 */

/**
 * `GET /_local/funnel`: what became of registrations in the last 455 days, as functions counted it for CloudWatch.
 */
export interface FunnelCounts {
  registered: number
  confirmedBeforeReminder: number
  /** Registrations that got a reminder, no matter how many. */
  reminded: number
  confirmedAfterReminder: number
  withdrawn: number
  undeliverable: number
  lapsed: number
  botsRefused: number
  proofsMissing: number
  /** The confirmations after a reminder, as a share of all; null if no one has confirmed. */
  shareOfReminder: number | null
}

/** One page of a list, and the cursor of the next one: `?after=<next>`. */
export interface Page<Row> {
  rows: Row[]
  /** Absent on the last page. */
  next?: string
}

/** `GET /_local/console/home`: what does not change while the local cloud runs. */
export interface Home {
  /** The name of the stack, such as `confirmation-reminder-dev`. */
  stack: string
  region: string
  /** The product's HTTP API. */
  apiUrl: string
  iam: 'on' | 'off'
  /** Whether `POST /_local/console/reset` starts again with an empty data folder. */
  resets: boolean
}

/** `GET /_local/console/clock`. */
export interface ClockState {
  now: string
  /** How far the clock is ahead of the machine's. */
  offsetSeconds: number
  /** When the next run wakes. Absent if none waits. */
  nextAt?: string
}

export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

/** A run in a list: `GET /_local/console/runs?q=&status=&after=&limit=`, newest first. */
export interface RunRow {
  name: string
  arn: string
  /** The name of its state machine. */
  machine: string
  status: RunStatus
  startedAt: string
  stoppedAt?: string
  /** The state that it is in, or ended in without success. */
  state?: string
  /** Until when it waits. */
  wakesAt?: string
  /** The reminder of its plan that it has come to, from 1, and how many the plan has. */
  step?: { number: number; of: number }
  /** The address of its customer, as the mailbox knows it. */
  address?: string
  /** What came of it, by the name in its output: `sent`, `alreadyConfirmed`. */
  outcome?: string
  /** The name of the error that ended it. */
  error?: string
  redriveCount: number
}

/** How many runs match a search, by status. */
export type RunCounts = Record<RunStatus, number>

/** A page of runs, and how many match the search, whatever their status. */
export type RunPage = Page<RunRow> & { counts: RunCounts }

/** An event of a run's history, as GetExecutionHistory names its members, with its time in ISO 8601. */
export interface HistoryEvent {
  id: number
  previousEventId: number
  at: string
  type: string
  /** The members of its details, without those that are empty. */
  details: Record<string, unknown>
}

/** `GET /_local/console/run?name=`: a run with what belongs to it. */
export interface RunDetail {
  run: RunRow
  /** JSON text. */
  input: string
  output?: string
  cause?: string
  /** Why it cannot be redriven; absent if it can. */
  notRedrivable?: string
  /** The definition that it began with, as JSON text in Amazon States Language. */
  definition: string
  /** In order; at most 1,000, the latest. */
  events: HistoryEvent[]
  /** How many events came before these. */
  earlierEvents: number
  /** Its states that wait, for their end or for a retry. In branches there may be several, also of the same name. */
  waits: { state: string; until: string }[]
  /** The AWS CLI's command that describes it, and those that stop and redrive it. */
  commands: { describe: string; history: string; stop: string; redrive: string }
  /** What its customer has answered, as the table says, while this is the latest registration. */
  customer?: { state: string; at?: string }
  mails: MailRow[]
  posts: Post[]
}

/** `GET /_local/console/run-logs?name=`: what functions wrote about a run. */
export interface RunLogs {
  /** In order; at most 1,000, the first. */
  lines: LogLine[]
  /** There are more. */
  cut: boolean
}

/** A mail in a list: `GET /_local/console/mails?q=&after=&limit=`, newest first. */
export interface MailRow {
  /** From 0, in order of sending. */
  number: number
  /** SES's message id. */
  id: string
  at: string
  to: string[]
  subject: string
  /** The name of the run that it belongs to. */
  run?: string
}

/** `GET /_local/console/mail?number=`. */
export interface MailDetail extends MailRow {
  /** The state that its run was in. */
  state?: string
  from: string
  /** Empty if the mail has no such body. */
  text: string
  html: string
  headers: Record<string, string>
}

/** A line that a function wrote. */
export interface LogLine {
  at: string
  /** The name of the function's log group. */
  group: string
  line: string
}

/** A message that reached the Slack channel's app. */
export interface Post {
  at: string
  channel: string
  /** The bold first line, in Slack's markdown like the text. */
  title: string
  text: string
  kind: 'alarm' | 'custom' | 'event' | 'unsupported'
  /** Why Slack never shows it; null if it does. */
  dropped: string | null
}

/** Rows that are new or have changed. `more` have too, and are left out: what a page shows must be fetched again. */
export interface Changed<Row> {
  rows: Row[]
  more: number
}

/** The server-sent events of `/_local/events`, by their names. */
export interface LiveEvents {
  clock: ClockState
  runs: Changed<RunRow>
  mails: Changed<MailRow>
  posts: Changed<Post>
  logs: Changed<LogLine>
}
export type LiveKind = keyof LiveEvents

/** `GET /_local/console/architecture`: what the synthesised stack consists of, and what of it calls what. */
export interface Architecture {
  things: Thing[]
  bonds: Bond[]
}

export type ThingKind =
  | 'route'
  | 'function'
  | 'machine'
  | 'table'
  | 'mail'
  | 'topic'
  | 'queue'
  | 'bus'
  | 'rule'
  | 'webhook'
  | 'alarms'
  | 'slack'

/** A part of the stack. */
export interface Thing {
  id: string
  kind: ThingKind
  /** Without what the names of the whole stack begin with. */
  name: string
  /** What else to know, in few words: the methods of a route, the host of a webhook. */
  detail?: string
  /** The path of the console's page about it. */
  page?: string
}

/** That one thing calls another: sends, delivers, reads or writes. */
export interface Bond {
  from: string
  to: string
  /** `calls`: the stack says that it does. `may`: a policy of its role allows it. */
  kind: 'calls' | 'may'
  /** What the policies allow, as they write it: `dynamodb:PutItem`. Empty if they are not asked. */
  actions: string[]
}

/** A message of the Slack channel. */
export interface SlackMessage {
  id: string
  at: string
  kind: 'alarm' | 'custom' | 'event' | 'unsupported'
  /** The bold first line, in Slack's markdown. */
  title: string
  /** The rest, in Slack's markdown, as the functions and the Terraform wrote it: its links are AWS's. */
  text: string
  /** The alarm that it is about, and its change of state; null if it is about no alarm. */
  alarm: { name: string; from: string; to: string } | null
  /** Why Slack never shows it; null if Slack does. */
  dropped: string | null
}

/**
 * What stands in the channel: a message with the replies of its thread, or a group of messages in which new alarms report OK
 * for the first time.
 */
export type SlackEntry =
  | { id: string; kind: 'message'; message: SlackMessage; replies: SlackMessage[] }
  | { id: string; kind: 'firstOk'; messages: SlackMessage[] }

/** `GET /_local/console/slack?after=&limit=`: a page of the channel, newest entry first. */
export interface SlackPage {
  /** The id of the channel; null if the stack has none. */
  channel: string | null
  rows: SlackEntry[]
  /** How many entries the channel has. */
  total: number
  /** Absent on the last page. */
  next?: string
}

/** `GET /_local/console/runbook`: the runbook of this checkout. */
export interface Runbook {
  /** Markdown, as GitHub reads it. */
  text: string
  /** Where the file is, from the root of the repository. */
  path: string
}

export type AlarmValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA'

/** How an alarm makes a state of a metric: the members of its configuration, as CloudWatch names them. */
export interface AlarmRule {
  namespace: string
  metricName: string
  dimensions: Readonly<Record<string, string>>
  statistic: 'SampleCount' | 'Average' | 'Sum' | 'Minimum' | 'Maximum'
  comparisonOperator:
    | 'GreaterThanOrEqualToThreshold'
    | 'GreaterThanThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold'
  threshold: number
  /** Seconds. */
  period: number
  evaluationPeriods: number
  /** How many of these periods must breach. Absent: all of them. */
  datapointsToAlarm?: number
  treatMissingData: 'missing' | 'ignore' | 'breaching' | 'notBreaching'
}

/** An alarm in the list of all: `GET /_local/console/alarms`. */
export interface AlarmRow {
  name: string
  region: string
  state: AlarmValue
  /** When the state last changed. */
  since: string
  /** Why the alarm has this state, in CloudWatch's words. */
  reason: string
  rule: AlarmRule
  /** Whether it has not been in another state since it was created. */
  isNew: boolean
  /** The changes of state that are posted. None: its actions are switched off, or it has none. */
  posts: AlarmValue[]
}

/** What was measured in one period. */
export interface Datapoint {
  /** When the period begins. */
  at: string
  value: number
  breaches: boolean
}

/** `GET /_local/console/alarm?name=`. */
export interface AlarmDetail extends AlarmRow {
  /** In Slack's markdown. */
  description: string
  /** The periods with data between `from` and `to`, in order. The last period ends with the next evaluation. */
  datapoints: Datapoint[]
  from: string
  to: string
  /** The latest changes, newest first. */
  history: { at: string; type: 'ConfigurationUpdate' | 'StateUpdate' | 'Action'; summary: string }[]
}

/** A function: `GET /_local/console/functions`. */
export interface FunctionRow {
  name: string
  description: string
  memoryMegabytes: number
  timeoutSeconds: number
  /** Absent: it shares the account's concurrency. */
  reservedConcurrency?: number
  /** Newest first, without `$LATEST`; at most 20. */
  versions: { version: string; description: string; at: string; sha256: string }[]
  /** Where each alias sends its calls: shares from 0 to 1, which add up to 1. */
  aliases: { name: string; weights: { version: string; share: number }[] }[]
  /** The last invocations that its log reports, newest first; at most 20. */
  invocations: Invocation[]
}

/** An invocation that has ended, as Lambda's REPORT line says. */
export interface Invocation {
  requestId: string
  /** When it ended. */
  at: string
  version: string
  milliseconds: number
  /** How long loading the function took, if this invocation did that. */
  initMilliseconds?: number
  memoryMegabytes: number
  failed: boolean
}

/** A line that a function wrote: `GET /_local/console/logs?function=&trace=&level=&q=&after=&limit=`, newest first. */
export interface LogRow {
  /** Unique, and grows with time. */
  id: string
  at: string
  /** The function's name. */
  function: string
  /** `error` for a line of JSON that says so, and for what Lambda writes about a failure. */
  level: 'info' | 'error'
  line: string
}

/** A page of lines. A filter that finds few looks at many: `lookedBackTo` is the time of the oldest line that it has seen. */
export interface LogPage {
  rows: LogRow[]
  lookedBackTo?: string
  /** Absent if there are no older lines. */
  next?: string
}

/**
 * What has become of the registrations: a flow from each number to the next ones. `registered` is `reminded` and the sum of
 * `withoutReminder`; `reminded` is the sum of `afterReminder`.
 */
export interface Funnel {
  registered: number
  /** Answered or lapsed before a reminder was sent, or waiting for it. */
  withoutReminder: Ends
  reminded: number
  afterReminder: Ends
}

/** Where registrations have come to, each counted once: the latest answer. */
export interface Ends {
  confirmed: number
  withdrawn: number
  /** The reminder found that a mail to the address bounced for good, or that its reader complained. */
  undeliverable: number
  /** There was no answer in time. */
  lapsed: number
  /** There is no answer yet. */
  waiting: number
}

/** What happened in one part of the time. */
export interface Bucket {
  at: string
  registered: number
  confirmed: number
  reminded: number
  withdrawn: number
  errors: number
}

/** `GET /_local/console/overview`. */
export interface Overview {
  funnel: Funnel
  /** How long a bucket is, in seconds. */
  bucketSeconds: number
  /** In order, without gaps. */
  buckets: Bucket[]
  /** Errors by function and name, the most frequent first. */
  errors: { function: string; error: string; count: number; lastAt: string }[]
}
