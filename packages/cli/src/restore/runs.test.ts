import { type HistoryEvent, SFNClient } from '@aws-sdk/client-sfn'
import { attemptsIn, findingsIn, hasRunsSince, readAttempts } from './runs.ts'

const since = Date.UTC(2026, 10, 26, 12)
const minute = 60_000
const ids = { customerId: '0f0b7c7e-6f0e-4c56-8a0b-2f1d7a1c9e11', traceId: '3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f' }

/** An attempt that begins some minutes after the moment and ends a second later. */
function attempt(minutes: number, end: Partial<HistoryEvent> | undefined, payload: object = {}): HistoryEvent[] {
  const at = (ms: number) => new Date(since + minutes * minute + ms)
  const input = JSON.stringify({ ...ids, ...payload })
  const scheduled = { type: 'LambdaFunctionScheduled', lambdaFunctionScheduledEventDetails: { resource: 'x', input } }
  const events = [
    { ...scheduled, timestamp: at(0) },
    { type: 'LambdaFunctionStarted', timestamp: at(1) },
    ...(end ? [{ ...end, timestamp: at(1000) }] : []),
  ]
  return events.map((event, id) => ({ id, ...event }) as HistoryEvent)
}

const ended = (outcome: string): Partial<HistoryEvent> => ({
  type: 'LambdaFunctionSucceeded',
  lambdaFunctionSucceededEventDetails: { output: JSON.stringify({ outcome }) },
})
const failed = (error: string): Partial<HistoryEvent> => ({
  type: 'LambdaFunctionFailed',
  lambdaFunctionFailedEventDetails: { error },
})
const timedOut: Partial<HistoryEvent> = { type: 'LambdaFunctionTimedOut' }
const nothing = { reminders: [], isGone: false, isUncertain: false }
const end = (minutes: number) => since + minutes * minute + 1000

const findings = (events: readonly HistoryEvent[], sinceMs: number) => findingsIn(attemptsIn(events), sinceMs)

test('a run that waits says nothing, and neither does an attempt that ended before', () => {
  expect(findings([], since)).toEqual(nothing)
  expect(findings(attempt(-5, ended('sent')), since)).toEqual(nothing)
  expect(findings(attempt(-5, timedOut), since)).toEqual(nothing)
})

test('a reminder that was sent is known, with its step and words', () => {
  const sent = { claimedAt: since + minute, sentAt: end(1) }
  expect(findings(attempt(1, ended('sent')), since).reminders).toEqual([{ step: 1, words: 'reminder', ...sent }])
  const plan = { step: 2, words: 'lastReminder', postponable: true }
  expect(findings(attempt(1, ended('alreadySent'), plan), since).reminders).toEqual([
    { step: 2, words: 'lastReminder', ...sent },
  ])
})

test.each([
  ['alreadyConfirmed', { confirmedAt: end(1) }],
  ['withdrawn', { withdrawnAt: end(1) }],
  ['undeliverable', { undeliverableAt: end(1) }],
  ['gone', { isGone: true }],
  ['expired', {}],
  ['postponed', {}],
])('what the reminder found is known: %s', (outcome, known) => {
  expect(findings(attempt(1, ended(outcome)), since)).toEqual({ ...nothing, ...known })
})

test.each([
  ['timed out', timedOut],
  ['is not over', undefined],
  ['died', failed('Runtime.ExitError')],
  ['had no answer of SES', failed('MailUnavailable')],
  ['said what no one understands', ended('something new')],
])('an attempt that %s may have sent the reminder', (_, end) => {
  expect(findings(attempt(1, end), since).isUncertain).toBe(true)
  expect(findings([...attempt(1, end), ...attempt(2, failed('MailThrottled'))], since).isUncertain).toBe(true)
  expect(findings([...attempt(1, end), ...attempt(2, ended('gone'))], since).isUncertain).toBe(true)
  // The attempt after it found out.
  const after = findings([...attempt(1, end), ...attempt(2, ended('alreadySent'))], since)
  expect(after).toMatchObject({ isUncertain: false, reminders: [{ step: 1 }] })
})

test.each(['MailThrottled', 'MailQuotaExceeded', 'MailRefused', 'EvidencePending', 'Lambda.TooManyRequestsException'])(
  'an attempt that ends with %s sent nothing itself',
  (error) => {
    expect(findings(attempt(1, failed(error)), since)).toEqual(nothing)
  },
)

test('an attempt that could not be scheduled sent nothing', () => {
  expect(findings(attempt(1, { type: 'LambdaFunctionScheduleFailed' }), since)).toEqual(nothing)
})

test('an attempt that could not be scheduled hides no earlier one', () => {
  const scheduleFailed = {
    type: 'LambdaFunctionScheduleFailed',
    timestamp: new Date(since + 2 * minute),
  } as HistoryEvent
  expect(findings([...attempt(1, timedOut), scheduleFailed], since).isUncertain).toBe(true)
  expect(findings([...attempt(1, ended('sent')), scheduleFailed], since).reminders).toHaveLength(1)
  expect(findings([scheduleFailed, ...attempt(3, ended('sent'))], since).reminders).toHaveLength(1)
})

test('an attempt that Lambda refused to start sent nothing, and any other that did not start may have', () => {
  const startFailed = (error?: string): Partial<HistoryEvent> => ({
    type: 'LambdaFunctionStartFailed',
    lambdaFunctionStartFailedEventDetails: { error },
  })
  expect(findings(attempt(1, startFailed('Lambda.TooManyRequestsException')), since)).toEqual(nothing)
  expect(findings(attempt(1, startFailed('Lambda.Unknown')), since).isUncertain).toBe(true)
  expect(findings(attempt(1, startFailed()), since).isUncertain).toBe(true)
})

test('how long a run has kept the registration is known, and a visit for that sends nothing', () => {
  const payload = { step: 0, lifetimeSeconds: 864_000 }
  expect(findings(attempt(1, ended('kept'), payload), since)).toEqual({ ...nothing, lifetimeSeconds: 864_000 })
  expect(findings(attempt(1, timedOut, payload), since)).toEqual(nothing)
})

test('a state machine that was created since has lost its runs', async () => {
  const client = new SFNClient({ region: 'eu-west-1' })
  client.send = (async () => ({ creationDate: new Date(since) })) as unknown as typeof client.send
  expect(await hasRunsSince(client, 'any', since)).toBe(true)
  expect(await hasRunsSince(client, 'any', since - 1)).toBe(false)
})

test('an attempt that is under way is read again, because Lambda refuses those of a held function within moments', async () => {
  const client = new SFNClient({ region: 'eu-west-1' })
  const histories = [attempt(1, undefined), attempt(1, failed('Lambda.TooManyRequestsException'))]
  const send = jest.spyOn(client, 'send').mockImplementation(async () => ({ events: histories.shift() }))
  expect(findingsIn(await readAttempts(client, 'arn'), since)).toEqual(nothing)
  expect(send).toHaveBeenCalledTimes(2)
})
