import type { EnvironmentVariables } from '@confirmation-reminder/contracts/functions'
import type { RunInput } from '@confirmation-reminder/contracts/payload'
import {
  attemptSeconds,
  evidenceSeconds,
  leaseSeconds,
  sesPatienceSeconds,
  usualEvidenceSeconds,
} from '@confirmation-reminder/contracts/sending'
import { brand } from '@confirmation-reminder/contracts/test/brand'
import { claimReminder } from '@confirmation-reminder/customers/claim-reminder'
import { confirm } from '@confirmation-reminder/customers/confirm'
import type { Mail, PendingCustomer, RegisteredCustomer } from '@confirmation-reminder/customers/customer'
import { type Customers, openCustomers } from '@confirmation-reminder/customers/customers'
import { type RegistrationEvent, register } from '@confirmation-reminder/customers/register'
import { markUndeliverable, settle } from '@confirmation-reminder/customers/settle'
import { registerSomebody } from '@confirmation-reminder/customers/test/register-somebody'
import { registrationEvent } from '@confirmation-reminder/customers/test/registration-event'
import { reminderEvent } from '@confirmation-reminder/customers/test/reminder-event'
import { startTable, tableName } from '@confirmation-reminder/customers/test/table'
import { parseToken } from '@confirmation-reminder/customers/token'
import { withdraw } from '@confirmation-reminder/customers/withdraw'
import { type Log, loadHandler } from '@confirmation-reminder/handler/test/load-handler'
import { startMailbox, tokenIn } from '@confirmation-reminder/mail/test/mailbox'
import { remind as remindWith } from './remind.ts'
import { deadLettersUrl, queueUrl, startQueues, undeliveredUrl } from './test/queues.ts'

const environment: EnvironmentVariables<'reminder'> = {
  CUSTOMERS_TABLE: tableName,
  BRAND: JSON.stringify(brand),
  PUBLIC_URL: 'https://example.com',
  MAIL_SENDER: 'hello@example.com',
  MAIL_REPLY_TO: 'help@example.com',
  MAIL_CONFIGURATION_SET: 'mails',
  EVENTS_QUEUE_URL: queueUrl,
  EVENTS_UNDELIVERED_URL: undeliveredUrl,
  EVENTS_DEAD_LETTERS_URL: deadLettersUrl,
  QUIET_HOURS: '',
  SPREAD_SECONDS: '0',
}

let table: Awaited<ReturnType<typeof startTable>>
let mailbox: Awaited<ReturnType<typeof startMailbox>>
let queues: Awaited<ReturnType<typeof startQueues>>
let customers: Customers
let remind: (payload: unknown) => Promise<{ outcome: string; until?: string }>
let log: Log

beforeAll(async () => {
  ;[table, mailbox, queues] = await Promise.all([startTable(), startMailbox(), startQueues()])
  customers = openCustomers(tableName)
  ;({ call: remind, log } = await loadHandler({ ...environment }, () => import('./handler.ts')))
})
afterAll(async () => {
  jest.restoreAllMocks()
  await Promise.all([table.stop(), mailbox.stop(), queues.stop()])
})
beforeEach(() => {
  mailbox.mails.length = 0
})

/** Somebody who registered, and the payload of their run. */
async function somebody(event?: Partial<RegistrationEvent>): Promise<RunInput> {
  const { customerId, traceId } = await registerSomebody(customers, { tokenHash: 'first', ...event })
  return { customerId, traceId }
}
const find = async ({ customerId }: RunInput) => (await customers.find(customerId)) as RegisteredCustomer
/** An attempt that claimed the reminder some time ago, and has not ended since. */
const claimedBefore = ({ customerId, traceId }: RunInput, tokenHash: string, seconds: number) =>
  customers.change(customerId, (stored) => {
    const customer = stored as PendingCustomer
    const event = reminderEvent({ traceId, tokenHash, now: Date.now() - seconds * 1000 })
    const claim = claimReminder({ ...customer, mails: [] }, event).customer as PendingCustomer
    return { outcome: 'changed', customer: { ...customer, mails: [...customer.mails, ...claim.mails] } }
  })
/** The queues were found empty at each reading for so long, the last time ten minutes ago. */
const foundEmptyBefore = ({ customerId }: RunInput, seconds = evidenceSeconds) =>
  customers.change(customerId, (stored) => {
    const [since, until] = [Date.now() - seconds * 1000, Date.now() - 10 * 60_000]
    const readings = { step: 1, since, until, emptySince: since }
    const customer = { ...(stored as PendingCustomer), readings }
    return { outcome: 'changed', customer }
  })
const confirmWith = (customerId: string, tokenHash: string) =>
  customers.change(customerId, (stored) => confirm(stored, { tokenHash, now: Date.now() }))

test('a customer who has not confirmed gets the reminder, and its link confirms', async () => {
  const payload = await somebody({ locale: 'de', email: 'ada@example.com' })
  expect(await remind(payload)).toEqual({ outcome: 'sent' })
  expect(mailbox.mails).toHaveLength(1)
  const [mail] = mailbox.mails
  expect(mail).toMatchObject({ to: 'ada@example.com', subject: expect.stringContaining('Erinnerung') })
  const token = parseToken(tokenIn(mail ?? { text: '' }))
  expect((await confirmWith(payload.customerId, token?.hash ?? '')).outcome).toBe('confirmed')
})

test('the link of the first mail still works after the reminder', async () => {
  const payload = await somebody({ tokenHash: 'of the first mail' })
  await remind(payload)
  expect((await confirmWith(payload.customerId, 'of the first mail')).outcome).toBe('confirmed')
})

test('a second attempt of the run sends nothing', async () => {
  const payload = await somebody()
  await remind(payload)
  expect(await remind(payload)).toEqual({ outcome: 'alreadySent' })
  expect(mailbox.mails).toHaveLength(1)
})

test('a customer who confirmed gets no reminder', async () => {
  const payload = await somebody()
  await confirmWith(payload.customerId, 'first')
  expect(await remind(payload)).toEqual({ outcome: 'alreadyConfirmed' })
  expect(mailbox.mails).toEqual([])
})

test('a customer who is gone, lapsed or registered again gets no reminder from this run', async () => {
  const lapsed = await somebody({ lifetimeSeconds: 60, now: Date.now() - 60_000 })
  const { customerId, traceId } = await somebody()
  expect(await remind(lapsed)).toEqual({ outcome: 'expired' })
  expect(await remind({ customerId, traceId: '00000000-0000-4000-9000-000000000000' })).toEqual({
    outcome: 'superseded',
  })
  expect(log.lines()).not.toContainEqual(expect.objectContaining({ CustomersGone: 1 }))
  expect(await remind({ customerId: '00000000-0000-4000-9000-000000000000', traceId })).toEqual({ outcome: 'gone' })
  expect(log.lines()).toContainEqual(expect.objectContaining({ CustomersGone: 1 }))
  expect(mailbox.mails).toEqual([])
})

describe('a run that carries how long its plan keeps a registration', () => {
  const [day, now] = [86_400, Math.floor(Date.now() / 1000)]
  const expiryOf = async (run: RunInput) => ((await find(run)) as PendingCustomer).expiresAt
  const registered = async () => {
    const payload = await somebody({ now: now * 1000, lifetimeSeconds: 3 * day })
    expect(await expiryOf(payload)).toBe(now + 3 * day)
    return payload
  }

  test('keeps it with each reminder, and the mail says so', async () => {
    const payload = await registered()
    expect(await remind({ ...payload, lifetimeSeconds: 20 * day })).toEqual({ outcome: 'sent' })
    expect(await expiryOf(payload)).toBe(now + 20 * day)
    expect(parseToken(tokenIn(mailbox.mails[0] ?? { text: '' }))?.expiresAt).toBe(now + 20 * day)
  })

  test('keeps it before the first reminder, and sends nothing then', async () => {
    const payload = await registered()
    for (const _ of ['the first attempt', 'a second one']) {
      expect(await remind({ ...payload, step: 0, lifetimeSeconds: 20 * day })).toEqual({ outcome: 'kept' })
      expect(await expiryOf(payload)).toBe(now + 20 * day)
    }
    expect(mailbox.mails).toEqual([])
  })

  test('never shortens it', async () => {
    const payload = await registered()
    expect(await remind({ ...payload, step: 0, lifetimeSeconds: day })).toEqual({ outcome: 'kept' })
    expect(await remind({ ...payload, lifetimeSeconds: day })).toEqual({ outcome: 'sent' })
    expect(await expiryOf(payload)).toBe(now + 3 * day)
  })

  test.each([0, 1])(
    'counts a customer who is gone, and a registration that lapsed too early: step %s',
    async (step) => {
      const countOf = async (payload: object) => {
        const before = log.lines().length
        const { outcome } = await remind({ step, ...payload })
        const counted = log
          .lines()
          .slice(before)
          .filter((line) => 'CustomersGone' in (line as object))
        return [outcome, counted.length]
      }
      const lapsed = await somebody({ now: (now - 3 * day) * 1000, lifetimeSeconds: 3 * day })
      const other = '00000000-0000-4000-9000-000000000000'
      const [gone, expired, superseded] = step === 0 ? ['kept', 'kept', 'kept'] : ['gone', 'expired', 'superseded']
      expect(await countOf({ ...lapsed, customerId: other })).toEqual([gone, 1])
      expect(await countOf({ ...lapsed, lifetimeSeconds: 20 * day })).toEqual([expired, 1])
      expect(await countOf({ ...lapsed, lifetimeSeconds: 3 * day })).toEqual([expired, 0])
      expect(await countOf({ ...lapsed, traceId: other, lifetimeSeconds: 20 * day })).toEqual([superseded, 0])
      expect(mailbox.mails).toEqual([])
    },
  )
})

test.each([
  ['Throttling', 'Maximum sending rate exceeded.', 'MailThrottled', 0],
  ['Throttling', 'Daily message quota exceeded.', 'MailQuotaExceeded', 1],
  ['MessageRejected', 'Sending paused for this account.', 'MailPaused', 1],
  ['AccessDenied', 'not authorized', 'MailMisconfigured', 1],
  ['MessageRejected', 'Email address is not verified: hello@example.com', 'MailMisconfigured', 1],
  ['MessageRejected', 'Email address is not verified: ada@example.com', 'MailRefused', 0],
])(
  'a refusal by SES (%s: %s) fails by name, leaves no trace, is counted if it lasts for hours, and the next attempt sends',
  async (code, message, name, heldBack) => {
    const payload = await somebody()
    const before = await customers.find(payload.customerId)
    mailbox.faults.push({ code, message })
    log.clear()
    await expect(remind(payload)).rejects.toMatchObject({ name })
    expect(log.lines().filter(({ MailsHeldBack }) => MailsHeldBack === 1)).toHaveLength(heldBack)
    expect(await customers.find(payload.customerId)).toEqual(before)
    expect(await remind(payload)).toEqual({ outcome: 'sent' })
    expect(mailbox.mails).toHaveLength(1)
  },
)

test('a customer who withdrew, or whose mail bounces, gets no reminder', async () => {
  const [withdrawing, bouncing] = [await somebody(), await somebody()]
  const now = Date.now()
  await customers.change(withdrawing.customerId, (stored) =>
    withdraw(stored, { tokenHash: 'first', holdDays: 30, now }),
  )
  await customers.change(bouncing.customerId, (stored) => markUndeliverable(stored, { reason: 'bounce', at: now }))
  expect(await remind(withdrawing)).toEqual({ outcome: 'withdrawn' })
  expect(await remind(bouncing)).toEqual({ outcome: 'undeliverable' })
  expect(mailbox.mails).toEqual([])
})

describe('a plan of reminders', () => {
  test('sends each step once, in its own words', async () => {
    const payload = await somebody()
    const steps = [
      { ...payload, step: 1, words: 'firstReminder' },
      { ...payload, step: 2, words: 'lastReminder' },
    ]
    for (const step of steps) expect(await remind(step)).toEqual({ outcome: 'sent' })
    for (const step of steps) expect(await remind(step)).toEqual({ outcome: 'alreadySent' })
    expect(mailbox.mails.map(({ subject }) => subject)).toEqual([
      'Reminder: please confirm your email address for Example',
      'Last reminder: please confirm your email address for Example',
    ])
  })

  test('ends with the confirmation', async () => {
    const payload = await somebody()
    await remind({ ...payload, step: 1, words: 'firstReminder' })
    await confirmWith(payload.customerId, 'first')
    expect(await remind({ ...payload, step: 2, words: 'lastReminder' })).toEqual({ outcome: 'alreadyConfirmed' })
  })
})

test('the mail names its claim, so that SES’s events about it settle that claim', async () => {
  const payload = await somebody()
  await remind(payload)
  const claim = parseToken(tokenIn(mailbox.mails[0] ?? { text: '' }))?.hash
  expect(mailbox.mails[0]?.tags).toEqual({ customer: payload.customerId, claim })
  expect((await find(payload)).mails[1]).toMatchObject({ id: claim, step: 1, sentAt: expect.any(Number) })
})

describe('an attempt of unknown outcome', () => {
  test('after a lost response of SES fails by name and keeps its claim, because its link may have arrived', async () => {
    const payload = await somebody()
    mailbox.faults.push('lostAnswer')
    await expect(remind(payload)).rejects.toMatchObject({ name: 'MailUnavailable' })
    const [, claim] = (await find(payload)).mails
    expect(claim).toMatchObject({ step: 1, claimedAt: expect.any(Number) })
    expect(claim).not.toHaveProperty('sentAt')
    await expect(remind(payload)).rejects.toMatchObject({ name: 'EvidencePending' })
    expect(mailbox.mails).toEqual([])
  })

  test('is settled by the evidence, and no second mail is sent', async () => {
    const payload = await somebody()
    await claimedBefore(payload, 'lost', 60)
    await customers.change(payload.customerId, (stored) =>
      settle(stored, { claim: 'lost', finding: 'accepted', at: Date.now() }),
    )
    expect(await remind(payload)).toEqual({ outcome: 'alreadySent' })
    expect(mailbox.mails).toEqual([])
  })

  test('delays the next one for as long as SES’s event may be late; then that one sends', async () => {
    const payload = await somebody()
    await claimedBefore(payload, 'lost', evidenceSeconds - 60)
    await foundEmptyBefore(payload, evidenceSeconds - 120)
    await expect(remind(payload)).rejects.toMatchObject({ name: 'EvidencePending' })
    const late = await somebody()
    await claimedBefore(late, 'lost', evidenceSeconds + 60)
    await foundEmptyBefore(late)
    expect(await remind(late)).toEqual({ outcome: 'sent' })
    expect(mailbox.mails).toHaveLength(1)
    expect(await find(late)).not.toHaveProperty('readings')
  })

  test('for the third time is in doubt, and says so by name', async () => {
    const payload = await somebody()
    for (const times of [3, 2, 1]) {
      await claimedBefore(payload, `lost ${times}`, times * (evidenceSeconds + 60))
      await foundEmptyBefore(payload)
    }
    await expect(remind(payload)).rejects.toMatchObject({ name: 'SendInDoubt' })
    expect(mailbox.mails).toEqual([])
  })

  test('and whose mail SES then rejected fails by name, once; a redrive of the run sends', async () => {
    const payload = await somebody()
    await claimedBefore(payload, 'rejected', 60)
    await customers.change(payload.customerId, (stored) =>
      settle(stored, { claim: 'rejected', finding: 'rejected', at: Date.now() }),
    )
    await expect(remind(payload)).rejects.toMatchObject({ name: 'MailRefused' })
    expect(await remind(payload)).toEqual({ outcome: 'sent' })
  })
})

describe('while events may be on their way', () => {
  const overdue = async () => {
    const payload = await somebody()
    await claimedBefore(payload, 'lost', 10 * evidenceSeconds)
    await foundEmptyBefore(payload)
    return payload
  }
  afterEach(() => {
    for (const url of [queueUrl, undeliveredUrl, deadLettersUrl]) delete queues.depths[url]
    queues.state.refuses = false
  })

  test.each([
    ['waits in the queue', queueUrl, 'ApproximateNumberOfMessages'],
    ['is being recorded', queueUrl, 'ApproximateNumberOfMessagesNotVisible'],
    ['is delayed', queueUrl, 'ApproximateNumberOfMessagesDelayed'],
    ['could not be delivered to the queue', undeliveredUrl, 'ApproximateNumberOfMessages'],
    ['could not be recorded', deadLettersUrl, 'ApproximateNumberOfMessages'],
    ['is being moved back', deadLettersUrl, 'ApproximateNumberOfMessagesNotVisible'],
  ])('no reminder is claimed again: one %s', async (_, url, attribute) => {
    const payload = await overdue()
    queues.depths[url] = { [attribute]: '1' }
    await expect(remind(payload)).rejects.toMatchObject({ name: 'EvidencePending' })
    expect(mailbox.mails).toEqual([])
    expect((await find(payload)).readings).not.toHaveProperty('emptySince')
  })

  test('one reading of empty queues is not enough', async () => {
    const payload = await somebody()
    await claimedBefore(payload, 'lost', 10 * evidenceSeconds)
    await expect(remind(payload)).rejects.toMatchObject({ name: 'EvidencePending' })
    await expect(remind(payload)).rejects.toMatchObject({ name: 'EvidencePending' })
    const readings = { step: 1, since: expect.any(Number), emptySince: expect.any(Number) }
    expect(await find(payload)).toMatchObject({ readings })
    expect(mailbox.mails).toEqual([])
  })

  test('a refusal by SQS proves nothing, and is not quoted', async () => {
    const payload = await overdue()
    queues.state.refuses = true
    const before = await find(payload)
    log.clear()
    const error = await remind(payload).catch((thrown) => thrown)
    expect(error).toMatchObject({ name: 'EvidencePending', message: expect.stringContaining('not allowed') })
    expect(error.message).not.toContain('ada@example.com')
    // Lambda would log it as it is.
    expect(error).not.toHaveProperty('cause')
    expect(mailbox.mails).toEqual([])
    expect(await find(payload)).toEqual(before)
    // The wait is counted all the same: the alarm does not end because SQS does not answer.
    expect(log.lines()).toContainEqual(expect.objectContaining({ AwaitingEvidence: 1 }))
  })

  test('evidence that arrives counts, however late', async () => {
    const payload = await overdue()
    await customers.change(payload.customerId, (stored) =>
      settle(stored, { claim: 'lost', finding: 'accepted', at: Date.now() }),
    )
    expect(await remind(payload)).toEqual({ outcome: 'alreadySent' })
  })

  test('the queues are read from the moment when the earlier attempt can no longer send', async () => {
    const before = queues.state.readings
    const [first, young, late] = [await somebody(), await somebody(), await somebody()]
    await remind(first)
    await claimedBefore(young, 'lost', attemptSeconds - 6)
    await remind(young).catch(() => undefined)
    expect(queues.state.readings).toBe(before)
    await claimedBefore(late, 'lost', attemptSeconds)
    await remind(late).catch(() => undefined)
    expect(queues.state.readings).toBeGreaterThan(before)
  })

  test('a wait of unusual length is counted, at each attempt, without names', async () => {
    const counted = () => log.lines().filter(({ _aws }) => _aws)
    const [usual, unusual] = [await somebody(), await somebody()]
    await claimedBefore(usual, 'lost', usualEvidenceSeconds - 60)
    await claimedBefore(unusual, 'lost', usualEvidenceSeconds)
    log.clear()
    await remind(usual).catch(() => undefined)
    expect(counted()).toEqual([])
    const claimedAt = (await find(unusual)).mails[1]?.claimedAt ?? 0
    const clock = jest.spyOn(Date, 'now').mockReturnValue(claimedAt + usualEvidenceSeconds * 1000)
    for (let attempt = 1; attempt <= 2; attempt++) await remind(unusual).catch(() => undefined)
    const CloudWatchMetrics = [
      {
        Namespace: 'confirmation-reminder',
        Dimensions: [[]],
        Metrics: [{ Name: 'AwaitingEvidence', Unit: 'Count' }],
      },
    ]
    const line = { _aws: { Timestamp: expect.any(Number), CloudWatchMetrics }, AwaitingEvidence: 1 }
    expect(counted()).toMatchObject([line, line])
    clock.mockRestore()
  })
})

test('of two attempts at once one sends, and the other waits for its outcome', async () => {
  const payload = await somebody()
  const results = await Promise.allSettled([remind(payload), remind(payload), remind(payload)])
  expect(mailbox.mails).toHaveLength(1)
  const outcomes = results.map((one) => (one.status === 'fulfilled' ? one.value.outcome : one.reason.name))
  expect(outcomes.filter((outcome) => outcome === 'sent')).toHaveLength(1)
  for (const outcome of outcomes) expect(['sent', 'alreadySent', 'EvidencePending']).toContain(outcome)
})

const someIds = {
  customerId: '00000000-0000-4000-8000-000000000001',
  traceId: '00000000-0000-4000-8000-000000000002',
}
test.each([
  ['nothing', undefined, 'the payload itself'],
  ['a text', 'ada@example.com', 'the payload itself'],
  ['no traceId', { customerId: '00000000-0000-4000-8000-000000000001' }, 'traceId'],
  ['an address in place of an id', { customerId: 'ada@example.com', traceId: 'x' }, 'customerId, traceId'],
  ['a step before the first', { ...someIds, step: -1 }, 'step'],
  [
    'quiet hours of no time zone',
    { ...someIds, timetable: { quietHours: '21:00-08:00', spreadSeconds: 0 } },
    'timetable.quietHours',
  ],
  ['a spread below zero', { ...someIds, timetable: { spreadSeconds: -1 } }, 'timetable.spreadSeconds'],
  ['no lifetime', { ...someIds, lifetimeSeconds: 0 }, 'lifetimeSeconds'],
  ['unknown words', { ...someIds, words: 'ada@example.com' }, 'words'],
])('a payload that breaks the contract (%s) fails by name and is not quoted', async (_, payload, fields) => {
  const error: Error = await remind(payload).then(
    () => new Error('nothing was thrown'),
    (thrown) => thrown,
  )
  expect(error.name).toBe('ContractViolation')
  expect(error.message).toContain(`in: ${fields}.`)
  expect(error.message).not.toContain('ada')
})

test('the log names the run and the outcome, and no person', async () => {
  const payload = await somebody({ email: 'secret.person@example.com' })
  log.clear()
  mailbox.faults.push({ code: 'MessageRejected', message: 'not verified: secret.person@example.com' })
  await remind(payload).catch(() => undefined)
  await remind(payload)
  const lines = log.lines()
  expect(lines).toHaveLength(4)
  for (const line of lines) expect(line).toMatchObject({ function: 'reminder', ...payload })
  expect(lines[1]).toMatchObject({ level: 'error', error: 'MailRefused' })
  expect(lines[3]).toMatchObject({ level: 'info', outcome: 'sent', duration: expect.any(Number) })
  // What a restore of the table needs to know of the mail.
  const { sentAt: _, ...mail } = ((await find(payload)) as PendingCustomer).mails[1] as Mail
  expect(lines[3]?.mail).toEqual(mail)
  expect(log.text).not.toContain('@')
  expect(log.text).not.toContain(tokenIn(mailbox.mails[0] ?? { text: '' }).split('.')[1])
})

describe('an attempt that is slow to claim', () => {
  /** An attempt that has claimed the reminder so long after it began. */
  async function remindSlowly(payload: RunInput, ms: number) {
    let now = Date.now()
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => now)
    const change: Customers['change'] = async (...asked) => {
      const decision = await customers.change(...asked)
      if (decision.outcome === 'claimed') now += ms
      return decision
    }
    const send = jest.fn(async () => {})
    const timetable = { quietHours: undefined, spreadSeconds: 0 }
    const dependencies = {
      customers: { ...customers, change },
      mailer: { send },
      noEvents: async () => true,
      timetable,
    }
    const attempt = remindWith(dependencies, { ...payload, step: 1, words: 'reminder', postponable: false }, () => {})
    const outcome = await attempt.catch((error: Error) => ({ outcome: error.name }))
    clock.mockRestore()
    return { outcome, send }
  }

  test('sends nothing and leaves no trace, because another attempt may have claimed since', async () => {
    const payload = await somebody()
    const before = await find(payload)
    const { outcome, send } = await remindSlowly(payload, leaseSeconds * 1000 + 1)
    expect(outcome).toEqual({ outcome: 'EvidencePending' })
    expect(send).not.toHaveBeenCalled()
    expect(await find(payload)).toEqual(before)
  })

  test('sends as long as its lease has not ended', async () => {
    const { outcome, send } = await remindSlowly(await somebody(), leaseSeconds * 1000)
    expect(outcome).toEqual({ outcome: 'sent', mail: expect.objectContaining({ kind: 'reminder', step: 1 }) })
    expect(send).toHaveBeenCalledTimes(1)
  })
})

describe('with quiet hours and a spread', () => {
  let remindByNight: typeof remind

  beforeAll(async () => {
    Object.assign(process.env, { QUIET_HOURS: '21:00-08:00 Europe/Berlin', SPREAD_SECONDS: '1800' })
    await jest.isolateModulesAsync(async () => {
      const { handler } = await import('./handler.ts')
      remindByNight = (payload) => handler({ postponable: true, ...(payload as object) }, { awsRequestId: 'request-1' })
    })
  })
  afterEach(() => jest.useRealTimers())
  // Only the clock jumps; timers stay real.
  const setClock = (now: string) =>
    jest.useFakeTimers({
      doNotFake: ['nextTick', 'queueMicrotask', 'setImmediate', 'setTimeout', 'clearTimeout'],
      now: Date.parse(now),
    })

  test('a reminder that is due at night is postponed to its place in the morning, and then sent', async () => {
    setClock('2026-11-23T22:30:00Z')
    const payload = await somebody()
    const postponed = await remindByNight(payload)
    expect(postponed).toEqual({ outcome: 'postponed', until: expect.stringMatching(/^2026-11-24T07:[0-2]\d:/) })
    expect(await remindByNight(payload)).toEqual(postponed)
    expect(mailbox.mails).toEqual([])
    setClock(postponed.until ?? '')
    expect(await remindByNight(payload)).toEqual({ outcome: 'sent' })
  })

  test('a run that cannot wait again is never postponed, because it would end without a reminder', async () => {
    setClock('2026-11-23T22:30:00Z')
    const payload = await somebody()
    expect(await remindByNight({ ...payload, postponable: false })).toEqual({ outcome: 'sent' })
    // Runs of earlier releases do not say whether they can.
    expect(await remindByNight({ ...(await somebody()), postponable: undefined })).toEqual({ outcome: 'sent' })
  })

  test('by day it is postponed by its share of the spread, once', async () => {
    setClock('2026-11-24T10:00:00Z')
    const payload = { ...(await somebody()), customerId: '80000000-0000-4000-8000-000000000000' }
    const registration = registrationEvent({ ...payload, now: Date.now() })
    await customers.change(payload.customerId, (stored) => register(stored, registration))
    expect(await remindByNight(payload)).toEqual({ outcome: 'postponed', until: '2026-11-24T10:15:00.000Z' })
    expect(await remindByNight(payload)).toEqual({ outcome: 'sent' })
  })

  test('a run that carries its timetable keeps it, no matter what the environment says', async () => {
    setClock('2026-11-23T22:30:00Z')
    const none = { spreadSeconds: 0 }
    expect(await remindByNight({ ...(await somebody()), timetable: none })).toEqual({ outcome: 'sent' })
    const nap = { quietHours: '23:00-23:45 Europe/Berlin', spreadSeconds: 0 }
    const payload = { ...(await somebody()), timetable: nap, postponable: true }
    const until = '2026-11-23T22:45:00.000Z'
    for (const woken of [remindByNight, remind]) expect(await woken(payload)).toEqual({ outcome: 'postponed', until })
  })

  test('the run of a customer who confirmed does not wait', async () => {
    setClock('2026-11-23T22:30:00Z')
    const payload = await somebody()
    await confirmWith(payload.customerId, 'first')
    expect(await remindByNight(payload)).toEqual({ outcome: 'alreadyConfirmed' })
  })
})

test.each([
  ['QUIET_HOURS', 'at night'],
  ['QUIET_HOURS', '21:00-08:00 Europe/Nowhere'],
  ['SPREAD_SECONDS', '-1'],
])('%s=%s stops the cold start and is named', async (variable, value) => {
  Object.assign(process.env, environment, { [variable]: value })
  await jest.isolateModulesAsync(async () => {
    await expect(import('./handler.ts')).rejects.toThrow(`${variable} is not`)
  })
  Object.assign(process.env, environment)
})

test('SES gets as long to answer as an attempt is assumed to take', async () => {
  Object.assign(process.env, environment)
  const openMailer = jest.fn()
  jest.doMock('@confirmation-reminder/mail/mailer', () => ({ openMailer }))
  await jest.isolateModulesAsync(async () => {
    await import('./handler.ts')
  })
  jest.dontMock('@confirmation-reminder/mail/mailer')
  expect(openMailer).toHaveBeenCalledWith(expect.anything(), { patienceMs: sesPatienceSeconds * 1000 })
})

test('missing variables stop the cold start and are named', async () => {
  delete process.env.MAIL_SENDER
  delete process.env.PUBLIC_URL
  await jest.isolateModulesAsync(async () => {
    await expect(import('./handler.ts')).rejects.toThrow(/reminder.*PUBLIC_URL is missing, MAIL_SENDER is missing/)
  })
})
