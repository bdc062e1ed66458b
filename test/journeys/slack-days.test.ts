import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { LocalCloud, type Mail, type SlackPost, tokenIn } from '../local-cloud.ts'
import { registerUntilAccepted } from '../register-all.ts'
import { stackOf } from '../synthesise.ts'

const registrations = 200
/** In seconds: so that the registrations fill a day. */
const apart = 86_400 / registrations

/** The virtual time, in milliseconds since 1970. */
async function nowIn({ cloudUrl }: LocalCloud): Promise<number> {
  return Date.parse(((await (await fetch(`${cloudUrl}/_local/clock`)).json()) as { now: string }).now)
}

/** Skips to a moment, so that the time which the test itself takes does not add up. */
async function skipTo(cloud: LocalCloud, ms: number): Promise<void> {
  await cloud.skip(Math.max(0, (ms - (await nowIn(cloud))) / 1000))
}

/** Resolves with the confirmation mail as soon as it is in the mailbox. */
async function mailTo(cloud: LocalCloud, email: string): Promise<Mail> {
  for (;;) {
    const [mail] = await cloud.mails(email)
    if (mail) return mail
    await pause(20)
  }
}

/**
 * A day on which a customer registers every seven minutes, and every other one confirms at once. The answer to a
 * registration leaves half a second of real time after its request, so that its duration says nothing. The day goes on
 * when the mail is there, and all answers are collected at its end.
 */
async function healthyDay(cloud: LocalCloud, name: string): Promise<void> {
  const begin = await nowIn(cloud)
  const answers: Promise<Response>[] = []
  for (let number = 0; number < registrations; number++) {
    // Not at the very beginning: a day later to the minute, the reminder could belong to either day.
    await skipTo(cloud, begin + (number + 0.25) * apart * 1000)
    const email = `${name}-${number}@example.com`
    answers.push(registerUntilAccepted(cloud, email))
    const mail = await mailTo(cloud, email)
    if (number % 2 === 0) expect((await cloud.confirm(tokenIn(mail))).status).toBe(200)
  }
  await Promise.all(answers)
  await skipTo(cloud, begin + 86_400_000)
}

/**
 * The posts of two healthy days after a deploy. On the first day runs only begin, except one that succeeds at its end.
 */
async function twoDays(stage: 'dev' | 'prod'): Promise<{ first: SlackPost[]; second: SlackPost[] }> {
  const cloud = await LocalCloud.start(stackOf(stage))
  try {
    // From the middle of a day on, so that the quiet hours of prod fall into the same part of each.
    await cloud.skip(86_400 - (((await nowIn(cloud)) / 1000 + 14 * 3_600) % 86_400))
    await cloud.register('first-of-all@example.com')
    // Longer than the time over which prod spreads the reminders of one moment.
    await cloud.skip(7_200)
    await healthyDay(cloud, 'first')
    const first = await cloud.slack()
    await healthyDay(cloud, 'second')
    const all = await cloud.slack()
    // A day later the reminders of the first day are sent, also those that waited for the morning or the spread.
    for (let hours = 0; hours < 24; hours += 6) await cloud.skip(6 * 3_600)
    const toTheFirst = (await cloud.mails()).filter(({ to }) => to.some((address) => address.startsWith('first-')))
    expect(toTheFirst).toHaveLength(1.5 * registrations + 2)
    return { first, second: all.slice(first.length) }
  } finally {
    await cloud.dispose()
  }
}

/** The number of posts by alarm and change of its state. */
function table(posts: SlackPost[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { title, text } of posts) {
    const [, alarm] = /CloudWatch Alarm \| confirmation-reminder-(\S+)/.exec(title) ?? []
    const row = `${alarm ?? title} ${/\*State\*: (.*)/.exec(text)?.[1]}`
    counts[row] = (counts[row] ?? 0) + 1
  }
  return counts
}

const quietFromTheStart = [
  ...functionNames.flatMap((name) => [`${name}-Errors`, `${name}-Throttles`]),
  'api-5xx',
  'mail-BounceRate',
  'mail-ComplaintRate',
  'mail-HeldBack',
  'mail-Rejected',
  'mail-EventsUndelivered',
  'mail-EventsLate',
  'mail-EventsFailed',
  'mail-EventsDead',
  'runs-CallsFail',
  'runs-Gone',
  'runs-Refused',
  'runs-Open',
  'runs-AwaitEvidence',
  'events-Late',
  'events-Unreadable',
  'events-Unannounced',
  'slack-UnsupportedEvents',
  'slack-EventsThrottled',
  'slack-MessageDeliveryFailure',
]
const once = (names: string[]) => Object.fromEntries(names.map((name) => [`${name} INSUFFICIENT_DATA → OK`, 1]))

let quiet: Awaited<ReturnType<typeof twoDays>>
let article: Awaited<ReturnType<typeof twoDays>>

beforeAll(async () => {
  ;[quiet, article] = await Promise.all([twoDays('prod'), twoDays('dev')])
  // Four days of 200 registrations take a minute, and far longer on a busy machine.
}, 1_800_000)

test('quiet: a healthy day makes no post', () => {
  expect(table(quiet.second)).toEqual({})
})

test('article: the same day makes two posts for each run that succeeds', () => {
  expect(table(article.second)).toEqual({
    'ExecutionsSucceeded INSUFFICIENT_DATA → ALARM': registrations,
    'ExecutionsSucceeded ALARM → INSUFFICIENT_DATA': registrations,
  })
})

test('after the first deploy every quiet alarm changes to OK once, except that of the successes, which waits for the first', () => {
  const runs = ['ExecutionsTimedOut', 'ExecutionsFailed', 'ExecutionsAborted', 'ExecutionThrottled']
  expect(table(quiet.first)).toEqual({
    ...once([...quietFromTheStart, ...runs]),
    'ExecutionsSucceeded INSUFFICIENT_DATA → ALARM': 1,
    'ExecutionsSucceeded ALARM → OK': 1,
  })
  expect(table(article.first)).toEqual({
    ...once(quietFromTheStart),
    'ExecutionsSucceeded INSUFFICIENT_DATA → ALARM': 1,
    'ExecutionsSucceeded ALARM → INSUFFICIENT_DATA': 1,
  })
})

test('the runbook states these numbers', () => {
  const runbook = readFileSync(join(__dirname, '../../docs/runbook.md'), 'utf8')
  const endsIn = (posts: SlackPost[], state: string) => posts.filter(({ text }) => text.includes(`→ ${state}`)).length
  const ok = endsIn(quiet.first, 'OK') - 1
  const firstDeploy = `| ${ok} OK, 1 ALARM, and 1 OK with the first success | ${endsIn(article.first, 'OK')} OK |`
  expect(runbook).toContain(`| first deploy, and the first mail ${firstDeploy}`)
  const [alarm, gone] = ['ALARM', 'INSUFFICIENT_DATA'].map((state) => endsIn(article.second, state))
  const day = `${quiet.second.length} | ${article.second.length}: ExecutionsSucceeded ${alarm} ALARM, ${gone} INSUFFICIENT_DATA`
  expect(runbook).toContain(`| a healthy day, ${registrations} registrations, half of them confirmed | ${day} |`)
})
