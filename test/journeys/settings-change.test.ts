import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { CloudWatchClient, type MetricAlarm, paginateDescribeAlarms } from '@aws-sdk/client-cloudwatch'
import {
  GetFunctionConcurrencyCommand,
  LambdaClient,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
} from '@aws-sdk/client-lambda'
import {
  DescribeExecutionCommand,
  GetExecutionHistoryCommand,
  paginateListExecutions,
  SFNClient,
} from '@aws-sdk/client-sfn'
import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { liveAlias, resourceName } from '@confirmation-reminder/contracts/names'
import { build } from 'esbuild'
import { zipSync } from 'fflate'
import { LocalCloud, type Mail, tokenIn } from '../local-cloud.ts'
import { startOf } from '../programs.ts'
import { solve } from '../proof-of-work.ts'
import { registerUntilAccepted } from '../register-all.ts'
import { stateMachineOf } from '../state-machine.ts'
import synthesise, { stackOf } from '../synthesise.ts'

/*
 * Every setting changes while runs wait: the settings change, their Terraform is applied, and only later the functions
 * are shipped. Each customer gets the mails of the plan that their run began with, no matter what `live` is.
 */

const root = join(__dirname, '../..')
const [minute, hour, day] = [60, 3_600, 86_400]

/** The settings of infra/src/test, as the stage dev has them. */
const settingsOf = (name: 'before' | 'after'): Record<string, unknown> => {
  const script = `import('./src/test/settings-${name}.ts').then(({ settings }) => console.log(JSON.stringify(settings.dev)))`
  const options = { cwd: join(root, 'infra'), encoding: 'utf8' } as const
  return JSON.parse(execFileSync(process.execPath, ['--import', 'tsx', '--eval', script], options))
}

const folder = mkdtempSync(join(tmpdir(), 'confirmation-reminder-settings-'))
const stacks = {
  before: stackOf('dev', join(folder, 'before')),
  after: stackOf('dev', join(folder, 'after')),
}
let before: Record<string, unknown>
let after: Record<string, unknown>
let cloud: LocalCloud
/** What the local cloud printed at a start with these settings. */
const printed = new Map<object, string>()

beforeAll(async () => {
  ;[before, after] = [settingsOf('before'), settingsOf('after')]
  for (const name of ['before', 'after'] as const) {
    await synthesise(join(folder, name), `src/test/settings-${name}.ts`)
  }
  await passThrough()
})
afterAll(async () => {
  await cloud?.dispose()
  rmSync(folder, { recursive: true, force: true })
})

/** Applies the Terraform of these settings to what is there. */
async function apply(name: 'before' | 'after'): Promise<void> {
  const { publicUrl, registrationsPerSourceAndHour } = name === 'before' ? before : after
  const variables = [
    `--var=public_url=${publicUrl}`,
    `--var=registrations_per_source_and_hour=${registrationsPerSourceAndHour}`,
  ]
  await cloud?.terminate()
  cloud = await LocalCloud.start(stacks[name], {
    ...(cloud && { data: cloud.data }),
    options: ['--apply-only', ...variables],
  })
  printed.set(name === 'before' ? before : after, cloud.output)
}

/** Runs `npm run ship` against the local cloud. */
async function ship(...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [...startOf('ship'), ...args, '--stage', 'local'], {
    cwd: root,
    env: { ...process.env, AWS_ENDPOINT_URL: cloud.cloudUrl, AWS_REGION: 'eu-west-1' },
  })
  const [code, printed] = await Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]).then(
    ([[code], ...streams]) => [code, streams.join('')] as const,
  )
  if (code !== 0) throw new Error(`ship ${args.join(' ')} ended with ${code}:\n${printed}`)
  return printed
}

/** What `ship status` says is due, by function. */
async function due(): Promise<Partial<Record<string, string[]>>> {
  const found: Partial<Record<string, string[]>> = {}
  let name = ''
  for (const line of (await ship('status')).split('\n')) {
    name = functionNames.find((one) => line.startsWith(`${resourceName('dev', one)} in `)) ?? name
    const [, changed] = /Pending until the next ship: Terraform changed (.*)\./.exec(line) ?? []
    if (changed) found[name] = changed.split(', ')
  }
  return found
}

async function shipAll(): Promise<void> {
  for (const name of Object.keys(await due())) await ship(name, '--canary', '0')
}

interface Customer {
  email: string
  registeredAt: number
  token: string
}

async function now(): Promise<number> {
  return Date.parse((await cloud.skip(0)).now)
}

/** To 21:30 or 22:30 in Berlin, so that all that falls due whole days later falls due in the quiet hours. */
async function toTheEvening(): Promise<void> {
  const at = new Date(await now())
  const evening = Date.UTC(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate(), 20, 30)
  await cloud.skip(((evening - at.getTime() + day * 1000) % (day * 1000)) / 1000)
}

async function register(email: string): Promise<Customer> {
  const registeredAt = await now()
  const { altcha } = await solve(cloud.apiUrl)
  await registerUntilAccepted(cloud, email, { altcha })
  const [mail] = await cloud.mails(email)
  return { email, registeredAt, token: mail ? tokenIn(mail) : '' }
}

const registerAll = async (...emails: string[]) => {
  const customers: Customer[] = []
  for (const email of emails) customers.push(await register(email))
  return customers
}

const isReminder = ({ headers }: Mail) => 'List-Unsubscribe' in headers
const remindersOf = async ({ email }: Customer) => (await cloud.mails(email)).filter(isReminder)
const hourInBerlin = ({ at }: Mail) =>
  Number(new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Berlin', hour: '2-digit' }).format(new Date(at)))
const isQuiet = (mail: Mail) => hourInBerlin(mail) >= 21 || hourInBerlin(mail) < 8

/** The only brand that each of these texts names. */
function brandIn(texts: string[]) {
  const brands = [before, after].map(({ brand }) => brand as { name: string; postalAddress: string })
  const [found, ...others] = brands.filter(({ name, postalAddress }) =>
    texts.some((text) => text.includes(name) || text.includes(postalAddress)),
  )
  const everywhere = texts.every(
    (text) => text.includes(found?.name ?? '?') && text.includes(found?.postalAddress ?? '?'),
  )
  return everywhere && others.length === 0 ? found : undefined
}

/** What people see of the settings at this moment. */
async function seen({ email, token }: Customer) {
  const [mail] = await cloud.mails(email)
  const pages = { confirm: `${cloud.apiUrl}/confirm?token=${token}`, unknown: `${cloud.apiUrl}/confirm?token=unknown` }
  const { headers = {}, from = '', subject = '', text: words = '' } = mail ?? {}
  const page = async (url: string) => (await fetch(url)).text()
  return {
    sender: [before, after].map((one) => String(one.sender)).find((sender) => sender.includes(`<${from}>`)),
    brand: brandIn([`${subject}\n${words}`, await page(pages.confirm), await page(pages.unknown)]),
    replyTo: headers['Reply-To'],
    publicUrl: /https?:\/\/\S+(?=\/confirm\?)/.exec(words)?.[0],
    formUrl: /https:\/\/\w+\.ours\.internal\/form/.exec(await page(pages.unknown))?.[0],
    attributes: await attributesTaken(),
    pages: await pagesLedTo(),
    proofOfWork: await proofAskedFor(),
    confirmBy: (await page(pages.confirm)).includes('role="status"') ? 'sign' : 'button',
  }
}

/** The attributes of the settings whose fields a registration may have: others are named as unknown. */
async function attributesTaken(): Promise<unknown> {
  const all = [before, after].map(({ attributes }) => attributes as object)
  const body = JSON.stringify(
    Object.assign({ email: '' }, ...all.map((one) => Object.fromEntries(Object.keys(one).map((name) => [name, 'x'])))),
  )
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${cloud.apiUrl}/registrations`, { method: 'POST', headers, body })
  const { errors } = (await answer.json()) as { errors: { field: string }[] }
  return all.find((one) => !errors.some(({ field }) => field in one))
}

/** The pages of the settings to which a form leads. It is a bot's, so that no one is registered by it. */
async function pagesLedTo(): Promise<unknown> {
  const body = new URLSearchParams({ email: 'bot@example.com', homepage: 'x' })
  const answer = await fetch(`${cloud.apiUrl}/registrations`, { method: 'POST', body, redirect: 'manual' })
  const all = [before, after].map(({ pages }) => pages as { registered: string })
  return all.find(({ registered }) => registered === answer.headers.get('location'))
}

/** The proof of work of the settings that a browser has to do. */
async function proofAskedFor(): Promise<unknown> {
  const { counter } = (await solve(cloud.apiUrl)).solution
  return [before, after]
    .map(({ proofOfWork }) => proofOfWork as { effort: number })
    .find(({ effort }) => counter <= effort)
}

/** What AWS clients see of what an apply changes at once. */
async function configured() {
  const client = { ...cloud.client, region: 'eu-west-1' }
  const [cloudWatch, lambda] = [new CloudWatchClient(client), new LambdaClient(cloud.client)]
  const found: MetricAlarm[] = []
  for await (const { MetricAlarms = [] } of paginateDescribeAlarms({ client: cloudWatch }, {}))
    found.push(...MetricAlarms)
  const FunctionName = resourceName('dev', 'register')
  const { ReservedConcurrentExecutions } = await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))
  cloudWatch.destroy()
  lambda.destroy()
  return { alarms: found, reserved: ReservedConcurrentExecutions }
}

/** The customers by the state in which they registered, and what was observed on the way. */
let waiting: Customer[]
let between: Customer[]
let shipped: Customer[]
let back: Customer[]
let dueAfterApply: Awaited<ReturnType<typeof due>>
let dueAfterShip: Awaited<ReturnType<typeof due>>
const observed = {} as Record<
  'waiting' | 'between' | 'shipped' | 'back',
  { seen: Awaited<ReturnType<typeof seen>>; configured: Awaited<ReturnType<typeof configured>> }
>
const observe = async (customer: Customer | undefined) => {
  if (!customer) throw new Error('No one registered.')
  return { seen: await seen(customer), configured: await configured() }
}
/** Whether an address that withdrew two days ago gets mail again, if the withdrawal was before the ship, and after it. */
const mailedAgain: boolean[] = []
/** How many of six registrations within an hour led to a mail. */
const mailedOfSix: number[] = []

/** The change of the settings and its ship, and then back again, with customers who register in each state. */
async function passThrough(): Promise<void> {
  await apply('before')
  await toTheEvening()
  waiting = await registerAll('waiting-1@example.com', 'waiting-2@example.com')
  observed.waiting = await observe(waiting[0])

  await apply('after')
  dueAfterApply = await due()
  between = await registerAll('between-1@example.com', 'between-2@example.com')
  observed.between = await observe(between[0])
  await registerSixAndWithdraw('between')

  await shipAll()
  dueAfterShip = await due()
  await toTheEvening()
  shipped = await registerAll('shipped-1@example.com', 'shipped-2@example.com')
  observed.shipped = await observe(shipped[0])
  await cloud.skip(2 * hour)
  await registerSixAndWithdraw('late')
  await toTheEvening()

  await apply('before')
  back = await registerAll('back-1@example.com', 'back-2@example.com')
  observed.back = await observe(back[0])
  await cloud.skip(day + hour)
  // From here on neither quiet hours nor a spread stand in the environment, but in the runs that wait.
  await shipAll()
  for (let days = 0; days < 20; days += 4) await cloud.skipDays(4)
}

/** Six people register; the first withdraws, and registers again two days later. */
async function registerSixAndWithdraw(name: string): Promise<void> {
  await cloud.skip(hour)
  const six = await registerAll(...Array.from({ length: 6 }, (_, n) => `${name}-of-six-${n}@example.com`))
  const mails = await Promise.all(six.map(({ email }) => cloud.mails(email)))
  mailedOfSix.push(mails.filter(({ length }) => length > 0).length)
  const [first] = six
  if (!first) return
  expect((await cloud.withdraw(first.token)).status).toBe(200)
  await cloud.skip(2 * day + minute)
  await register(first.email)
  mailedAgain.push((await cloud.mails(first.email)).length > 1)
}

describe('each customer gets the mails of the plan that their run began with', () => {
  test.each([
    ['who waited while the settings changed', () => waiting],
    ['who registered when they were changed back, before the ship', () => back],
  ])('one reminder after a day, also at night: a customer %s', async (_, customers) => {
    for (const customer of customers()) {
      const reminders = await remindersOf(customer)
      expect(reminders).toHaveLength(1)
      expect(reminders.every(isQuiet)).toBe(true)
      expect(secondsBefore(customer, reminders)[0]).toBeGreaterThanOrEqual(day)
    }
  })

  test.each([
    ['before the ship, with the lifetime of a shorter plan', () => between],
    ['after the ship, whose reminders come after the settings were changed back and shipped', () => shipped],
  ])('three reminders, none in the quiet hours: a customer who registered %s', async (_, customers) => {
    for (const customer of customers()) {
      const reminders = await remindersOf(customer)
      expect(reminders).toHaveLength(3)
      expect(reminders.filter(isQuiet)).toEqual([])
      const [first = 0, second = 0, third = 0] = secondsBefore(customer, reminders)
      expect([first >= 10 * day, second >= 3 * day, third >= 3 * day]).toEqual([true, true, true])
      expect(new Set(reminders.map(({ subject, text }) => subject + text)).size).toBe(3)
      expect((await cloud.confirm(tokenIn(reminders[2] as Mail))).status).toBe(200)
    }
  })

  test('every run succeeded, and none found its registration lapsed or deleted', async () => {
    const outcomes = await outcomesOfRuns()
    expect(outcomes.length).toBeGreaterThan(15)
    expect([...new Set(outcomes)].sort()).toEqual(['sent', 'superseded', 'withdrawn'])
  })
})

/** The pauses before reminders, in seconds since the mail before. */
function secondsBefore({ registeredAt }: Customer, reminders: Mail[]): number[] {
  const sentAt = reminders.map(({ at }) => Date.parse(at))
  return sentAt.map((at, n) => (at - (sentAt[n - 1] ?? registeredAt)) / 1000)
}

async function outcomesOfRuns(): Promise<string[]> {
  const client = new SFNClient(cloud.client)
  const stateMachineArn = await stateMachineOf(client)
  const outcomes: string[] = []
  for await (const { executions = [] } of paginateListExecutions({ client }, { stateMachineArn })) {
    for (const { executionArn } of executions) {
      const { status, output = '{}' } = await client.send(new DescribeExecutionCommand({ executionArn }))
      const { outcome, reminder } = JSON.parse(output)
      outcomes.push(outcome ?? reminder?.outcome ?? status)
    }
  }
  client.destroy()
  return outcomes
}

/** A change of a setting: what of it waits for a ship, by function, and what else is true of it. */
interface Change {
  ships?: Partial<Record<FunctionName, string>>
  check: () => unknown
}

/** What people see: `live` has it with the ship. */
const whenShipped = (
  name: keyof (typeof observed)['waiting']['seen'],
  ...functions: [FunctionName, string][]
): Change => ({
  ships: Object.fromEntries(functions),
  check: () => {
    const values = (['waiting', 'between', 'shipped', 'back'] as const).map((when) => observed[when].seen[name])
    expect(values).toEqual([before[name], before[name], after[name], after[name]])
  },
})

/** What no function reads, as Terraform writes it: an apply is all that the change needs. */
const withTheApply = (read: (stack: Stack, settings: Record<string, unknown>) => [unknown, unknown]): Change => ({
  check: () => {
    for (const [name, settings] of [
      ['before', before],
      ['after', after],
    ] as const) {
      const [written, set] = read(stackIn(stacks[name]), settings)
      expect(written).toEqual(set)
    }
  },
})

/** What CloudWatch answers: an apply is all that the change needs. `name` is a part of the names of the alarms. */
const withTheAlarms = (
  name: string,
  read: (alarm: MetricAlarm, settings: Record<string, unknown>) => [unknown, unknown],
): Change => ({
  check: () => {
    for (const [when, settings] of [
      ['waiting', before],
      ['between', after],
      ['shipped', after],
      ['back', before],
    ] as const) {
      const alarms = observed[when].configured.alarms.filter(({ AlarmName }) => AlarmName?.includes(name))
      expect(alarms.length).toBeGreaterThan(0)
      for (const alarm of alarms) {
        const [answered, set] = read(alarm, settings)
        expect(answered).toEqual(set)
      }
    }
  },
})

/** What the journey needs of a `cdk.tf.json`. */
interface Stack {
  terraform: { backend: { s3: { bucket: string } } }
  provider: { aws: [{ allowed_account_ids: string[]; region: string }] }
  output: Record<string, { value: unknown }>
  resource: Record<string, Record<string, Record<string, never>>>
}
const stackIn = (path: string): Stack => JSON.parse(readFileSync(join(path, 'cdk.tf.json'), 'utf8'))
const only = ({ resource }: Stack, type: string, name: string) => resource[type]?.[name] ?? {}

const lifetime = { register: 'REGISTRATION_LIFETIME_SECONDS' }
/** What a definition has of the plan, which the tests of the mails above are about. */
interface Plan {
  waits: number[]
  /** What the visits before the reminders, and the reminders, carry. */
  carried: { step?: number; lifetimeSeconds?: number; timetable?: object }[]
}
const ofThePlan = (ships: NonNullable<Change['ships']>, ofBefore: object, ofAfter: object): Change => ({
  ships,
  check: () => {
    expect(planIn('before')).toMatchObject(ofBefore)
    expect(planIn('after')).toMatchObject(ofAfter)
  },
})
function planIn(name: 'before' | 'after'): Plan {
  const { definition = '{}' } = only(stackIn(stacks[name]), 'aws_sfn_state_machine', 'workflow_machine')
  const states: { Type: string; Seconds?: number; Parameters?: Plan['carried'][0] }[] = Object.values(
    JSON.parse(definition).States,
  )
  return {
    waits: states.flatMap(({ Seconds }) => Seconds ?? []),
    carried: states.flatMap(({ Type, Parameters = {} }) => (Type === 'Task' ? [Parameters] : [])),
  }
}
const nothing = { carried: [{}] }
const reminding = (carried: object) => [1, 2, 3].map((step) => ({ step, ...carried }))
// Each of the three reminders may have to wait for its turn, the night, the hour of the change of the clocks, and its turn again.
const lifetimeAfter = (10 + 3 + 3 + 90) * day + 3 * (1 + 11 + 1 + 1) * hour

const changes: Record<string, Change> = {
  // No stage can move: its table is protected, and a plan that destroys it fails.
  region: withTheApply((stack, { region }) => {
    const { lifecycle } = only(stack, 'aws_dynamodb_table', 'customers_table') as { lifecycle?: object }
    return [
      [stack.provider.aws[0].region, lifecycle],
      [region, expect.objectContaining({ prevent_destroy: true })],
    ]
  }),
  accountId: withTheApply(({ provider }, { accountId }) => [provider.aws[0].allowed_account_ids, [accountId]]),
  reminders: ofThePlan(lifetime, { waits: [day] }, { waits: [day, 9 * day, 3 * day, 3 * day] }),
  quietHours: ofThePlan({ ...lifetime, reminder: 'QUIET_HOURS' }, nothing, {
    carried: [{ step: 0 }, ...reminding({ timetable: { quietHours: '21:00-08:00 Europe/Berlin' } })],
  }),
  spreadSeconds: ofThePlan({ ...lifetime, reminder: 'SPREAD_SECONDS' }, nothing, {
    carried: [{ step: 0 }, ...reminding({ timetable: { spreadSeconds: hour } })],
  }),
  expiresDaysAfterReminder: ofThePlan(lifetime, nothing, {
    carried: [{ step: 0, lifetimeSeconds: lifetimeAfter }, ...reminding({ lifetimeSeconds: lifetimeAfter })],
  }),
  withdrawalHoldDays: {
    ships: { withdraw: 'WITHDRAWAL_HOLD_DAYS' },
    check: () => expect(mailedAgain).toEqual([false, true]),
  },
  confirmBy: whenShipped('confirmBy', ['confirm', 'CONFIRM_BY']),
  brand: whenShipped(
    'brand',
    ['register', 'BRAND'],
    ['reminder', 'BRAND'],
    ['confirm', 'BRAND'],
    ['withdraw', 'BRAND'],
  ),
  sender: whenShipped('sender', ['register', 'MAIL_SENDER'], ['reminder', 'MAIL_SENDER']),
  replyTo: whenShipped('replyTo', ['register', 'MAIL_REPLY_TO'], ['reminder', 'MAIL_REPLY_TO']),
  sesSandbox: withTheApply((stack, { sesSandbox }) => [
    JSON.stringify(stack.resource.aws_iam_role_policy).includes(':identity/*'),
    sesSandbox,
  ]),
  publicUrl: whenShipped('publicUrl', ['register', 'PUBLIC_URL'], ['reminder', 'PUBLIC_URL']),
  // Here nothing leads to a name. On AWS the deploy stops: a domain that links begin with cannot be replaced.
  domain: withTheApply((stack, settings) => {
    const { domain_name, lifecycle } = only(stack, 'aws_apigatewayv2_domain_name', 'api-domain_name') as {
      domain_name?: string
      lifecycle?: object
    }
    const { mail_from_domain } = only(
      stack,
      'aws_sesv2_email_identity_mail_from_attributes',
      'mail-domain_mail-from',
    ) as { mail_from_domain?: string }
    const { records } = only(stack, 'aws_route53_record', 'mail-domain_dmarc') as { records?: string[] }
    const { api, mailFrom, dmarc, dmarcReports } = settings.domain as Record<string, string>
    return [
      [domain_name, mail_from_domain, records, lifecycle, printed.get(settings)],
      [
        api,
        mailFrom,
        [`v=DMARC1; p=${dmarc}; rua=mailto:${dmarcReports}`],
        { prevent_destroy: true },
        expect.stringContaining(`\nOnly on AWS   certificate ${api}, domain ${api}, record A ${api}, `),
      ],
    ]
  }),
  formUrl: whenShipped('formUrl', ['register', 'FORM_URL'], ['confirm', 'FORM_URL'], ['withdraw', 'FORM_URL']),
  origins: withTheApply((stack, { origins }) => [
    only(stack, 'aws_apigatewayv2_api', 'api_api').cors_configuration,
    expect.objectContaining({ allow_origins: origins }),
  ]),
  attributes: whenShipped('attributes', ['register', 'ATTRIBUTES']),
  pages: whenShipped('pages', ['register', 'PAGES'], ['confirm', 'PAGES'], ['withdraw', 'PAGES']),
  proofOfWork: whenShipped(
    'proofOfWork',
    ['register', 'PROOF_OF_WORK'],
    ['confirm', 'PROOF_OF_WORK'],
    ['withdraw', 'PROOF_OF_WORK'],
  ),
  // The URL is called from the apply on. No such host exists: each event becomes a dead letter after a day.
  events: {
    ...withTheApply((stack, { events }) => {
      const { environment } = only(stack, 'aws_lambda_function', 'announce_function') as {
        environment?: { variables: Record<string, string> }
      }
      const { invocation_endpoint: webhook } = only(
        stack,
        'aws_cloudwatch_event_api_destination',
        'webhook_destination',
      )
      return [{ withAddress: environment?.variables.EVENTS_WITH_ADDRESS === 'true', webhook }, events]
    }),
    ships: { announce: 'EVENTS_WITH_ADDRESS' },
  },
  slack: withTheApply((stack, { slack }) => {
    const { slack_team_id, slack_channel_id } = only(stack, 'aws_chatbot_slack_channel_configuration', 'slack_channel')
    return [{ workspaceId: slack_team_id, channelId: slack_channel_id }, slack]
  }),
  // The article's alarm posts each success; the quiet one, a week without any.
  alarmStyle: withTheAlarms('ExecutionsSucceeded', ({ ComparisonOperator }, { alarmStyle }) => [
    ComparisonOperator,
    alarmStyle === 'article' ? 'GreaterThanOrEqualToThreshold' : 'LessThanThreshold',
  ]),
  expectsSuccessEverySeconds: withTheAlarms(
    'ExecutionsSucceeded',
    ({ Period = 0, EvaluationPeriods = 0 }, { alarmStyle, expectsSuccessEverySeconds }) => [
      Period * EvaluationPeriods,
      alarmStyle === 'article' ? 60 : expectsSuccessEverySeconds,
    ],
  ),
  owner: withTheAlarms('', ({ AlarmDescription }, { owner }) => [
    AlarmDescription,
    expect.stringContaining(String(owner)),
  ]),
  runbookUrl: {
    ships: { failures: 'RUNBOOK_URL' },
    ...withTheAlarms('', ({ AlarmDescription }, { runbookUrl }) => [
      AlarmDescription,
      expect.stringContaining(String(runbookUrl)),
    ]),
  },
  github: withTheApply((stack, { github }) => {
    const roles = JSON.stringify(stack.resource.aws_iam_role)
    return [roles.includes((github as { repository: string }).repository), true]
  }),
  logDays: withTheApply((stack, { logDays }) => {
    const groups = Object.values(stack.resource.aws_cloudwatch_log_group ?? {})
    return [[...new Set(groups.map(({ retention_in_days }) => retention_in_days))], [logDays]]
  }),
  throttling: withTheApply((stack, { throttling }) => {
    const { otherRoutes } = throttling as { otherRoutes: { perSecond: number; burst: number } }
    const { default_route_settings: rate } = only(stack, 'aws_apigatewayv2_stage', 'api_stage')
    return [
      rate,
      expect.objectContaining({
        throttling_rate_limit: otherRoutes.perSecond,
        throttling_burst_limit: otherRoutes.burst,
      }),
    ]
  }),
  accountConcurrency: withTheApply(({ output }, { accountConcurrency }) => [
    output.account_concurrency?.value,
    accountConcurrency,
  ]),
  reservedConcurrency: {
    check: () => {
      const reserved = (['waiting', 'between', 'shipped', 'back'] as const).map(
        (when) => observed[when].configured.reserved,
      )
      const [was, is] = [before, after].map((one) => (one.reservedConcurrency as { register: number }).register)
      expect(reserved).toEqual([was, is, is, was])
    },
  },
  registrationsPerSourceAndHour: {
    ships: { register: 'REGISTRATIONS_PER_SOURCE_AND_HOUR' },
    check: () => expect(mailedOfSix).toEqual([6, after.registrationsPerSourceAndHour]),
  },
  expectedRegistrationsPerDay: withTheApply(({ output }, { expectedRegistrationsPerDay }) => [
    output.expected_registrations_per_day?.value,
    expectedRegistrationsPerDay,
  ]),
  stateBucket: withTheApply(({ terraform }, { stateBucket }) => [terraform.backend.s3.bucket, stateBucket]),
  deletionProtection: withTheApply((stack, { deletionProtection }) => [
    only(stack, 'aws_dynamodb_table', 'customers_table').deletion_protection_enabled,
    deletionProtection,
  ]),
}

describe('every setting', () => {
  test('differs, and this journey says what its change does', () => {
    const same = Object.keys(after).filter((name) => JSON.stringify(after[name]) === JSON.stringify(before[name]))
    expect(same).toEqual(['region'])
    expect(Object.keys(changes).sort()).toEqual(Object.keys(after).sort())
    expect(Object.keys(before).sort()).toEqual(Object.keys(after).sort())
  })

  test('that a function reads waits for its ship, as "ship status" says, and nothing else does', () => {
    const expected: Partial<Record<string, string[]>> = {}
    for (const { ships = {} } of Object.values(changes)) {
      for (const [name, variable] of Object.entries(ships)) {
        expected[name] = [...new Set([...(expected[name] ?? []), `variable ${variable}`])].sort()
      }
    }
    expect(dueAfterApply).toEqual(expected)
    expect(dueAfterShip).toEqual({})
  })

  test.each(Object.entries(changes))('%s', (_, { check }) => {
    check()
  })
})

/** As the reminder of an earlier release: it knows neither the visit before the first reminder nor what a run carries. */
const earlierReminder = `
  import { openCustomers } from '@confirmation-reminder/customers/customers'
  const customers = openCustomers(process.env.CUSTOMERS_TABLE)
  export const handler = async ({ customerId, step }) => {
    if (step < 1) {
      throw Object.assign(new Error('The payload of the run breaks its contract in: step.'), { name: 'ContractViolation' })
    }
    const customer = await customers.find(customerId)
    if (!customer) return { outcome: 'gone' }
    return { outcome: Date.now() < customer.expiresAt * 1000 ? 'sent' : 'expired' }
  }`

/** Makes a build of it `live`. */
async function rollBackReminder(): Promise<void> {
  const lambda = new LambdaClient(cloud.client)
  const { outputFiles } = await build({
    stdin: { contents: earlierReminder, resolveDir: join(root, 'functions/reminder') },
    bundle: true,
    write: false,
    platform: 'node',
  })
  const ZipFile = zipSync({ 'handler.js': outputFiles[0]?.contents ?? new Uint8Array() })
  const FunctionName = resourceName('dev', 'reminder')
  const { Version } = await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile, Publish: true }))
  await lambda.send(new UpdateAliasCommand({ FunctionName, Name: liveAlias, FunctionVersion: Version }))
  lambda.destroy()
}

/** The steps of this customer's run, with their errors and outcomes, and how it ended. */
async function visitsOf({ token }: Customer): Promise<(string | undefined)[]> {
  const states = new SFNClient(cloud.client)
  const stateMachineArn = await stateMachineOf(states)
  const executions = []
  for await (const page of paginateListExecutions({ client: states }, { stateMachineArn })) {
    executions.push(...(page.executions ?? []))
  }
  const { executionArn } = executions.find(({ name }) => name?.startsWith(token.split('.')[0] ?? 'no one')) ?? {}
  const { events = [] } = await states.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }))
  states.destroy()
  const visits = events.flatMap((event) => {
    const { lambdaFunctionScheduledEventDetails: scheduled, lambdaFunctionFailedEventDetails: failed } = event
    if (scheduled) return [`step ${JSON.parse(scheduled.input ?? '{}').step}`]
    if (failed) return [failed.error]
    const { output } = event.lambdaFunctionSucceededEventDetails ?? {}
    return output ? [JSON.parse(output).outcome] : []
  })
  return [...visits, events.at(-1)?.type]
}

describe('a reminder of an earlier release under a plan whose first reminder comes after ten days', () => {
  const isLoss = ({ title }: { title: string }) =>
    title.startsWith(':rotating_light:') && title.includes('-runs-Gone |')
  let lapsing: Customer
  let living: Customer
  let lossesBefore: number

  beforeAll(async () => {
    await apply('after')
    await rollBackReminder()
    ;[lapsing] = (await registerAll('lapsing@example.com')) as [Customer]
    await ship('register', '--canary', '0')
    ;[living] = (await registerAll('living@example.com')) as [Customer]
    lossesBefore = (await cloud.slack()).filter(isLoss).length
    await cloud.skipDays(12)
    await ship('reminder', '--canary', '0')
    await cloud.skipDays(8)
  })

  test('refuses the visit before the first reminder, sends no mail then, and the run goes on', async () => {
    const visits = await visitsOf(living)
    const expected = ['step 0', 'ContractViolation', 'step 1', 'sent', 'step 2', 'step 3', 'ExecutionSucceeded']
    expect([...new Set(visits.filter((visit) => visit !== 'postponed'))]).toEqual(expected)
    expect(await remindersOf(living)).toHaveLength(2)
  })

  test('does not keep a registration with the lifetime of a shorter plan: it lapses, and the reminder that follows counts that', async () => {
    const visits = await visitsOf(lapsing)
    // DynamoDB deletes what has lapsed at some time of its own.
    const expected = ['step 0', 'ContractViolation', 'step 1', 'step 2', 'step 3', 'ExecutionSucceeded']
    expect(visits.filter((visit) => visit !== 'expired' && visit !== 'gone')).toEqual(expected)
    expect(await remindersOf(lapsing)).toEqual([])
    expect((await cloud.slack()).filter(isLoss).length).toBeGreaterThan(lossesBefore)
  })
})
