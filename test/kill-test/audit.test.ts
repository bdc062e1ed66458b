import { audit, isWell } from './audit.ts'
import type { Customer } from './customer.ts'

const hour = 3_600_000
const id = '0c0de111-0000-5000-8000-000000000001'
const customer = (changes: Partial<Customer> = {}): Customer => ({
  email: 'ada@example.com',
  registersAt: 0,
  atTheReminder: false,
  acknowledgedAt: 0,
  ...changes,
})
const mail = (atMs: number, reminder = false) => ({
  to: ['ada@example.com'],
  at: new Date(atMs).toISOString(),
  headers: reminder ? { 'List-Unsubscribe': '<https://example.com>' } : ({} as Record<string, string>),
  text: `https://example.com/confirm?token=${id}.abc`,
})
const failed = [{ name: `${id}_t`, status: 'FAILED', error: 'SendInDoubt', stoppedAt: 25 * hour }]
const post = { at: new Date(25 * hour + 1000).toISOString(), title: ':x: 3 runs failed: SendInDoubt', dropped: null }
const [first, reminder] = [mail(0), mail(24 * hour, true)]

test.each([
  ['a mail and a reminder', customer(), [first, reminder], [], {}],
  ['no confirmation mail', customer(), [reminder], [], { lost: 1 }],
  ['no reminder', customer(), [first], [], { lost: 1 }],
  ['no reminder, but a run that failed by name', customer(), [first], failed, { unresolved: 1 }],
  ['a confirmation in time and no reminder', customer({ confirmedAt: hour }), [first], [], {}],
  ['a confirmation after the reminder', customer({ confirmedAt: 25 * hour }), [first, reminder], [], {}],
  ['a confirmation while the reminder was tried again', customer({ confirmedAt: 26 * hour }), [first], [], {}],
  [
    'a confirmation long after a reminder that never came',
    customer({ confirmedAt: 40 * hour }),
    [first],
    [],
    { lost: 1 },
  ],
  ['two reminders', customer(), [first, reminder, mail(25 * hour, true)], [], { doubled: 1 }],
  [
    'two reminders of a run that failed',
    customer(),
    [first, reminder, reminder],
    failed,
    { doubled: 1, unresolved: 1 },
  ],
  ['a second confirmation mail at once', customer(), [first, mail(50_000), reminder], [], { doubled: 1 }],
  ['a second one that was asked for later', customer(), [first, mail(61_000), reminder], [], {}],
  [
    'a reminder after a confirmation',
    customer({ confirmedAt: 24 * hour - 1 }),
    [first, reminder],
    [],
    { afterConfirmation: 1 },
  ],
  ['a registration never acknowledged', { ...customer(), acknowledgedAt: undefined }, [], [], { unacknowledged: 1 }],
])('%s', (_, who, mails, runs, expected) => {
  const verdict = audit([who as Customer], mails, runs, [post])
  const counts = Object.fromEntries(Object.entries(verdict).map(([name, found]) => [name, found.length]))
  const none = { lost: 0, doubled: 0, afterConfirmation: 0, unresolved: 0, unreported: 0, unacknowledged: 0 }
  expect(counts).toEqual({ ...none, ...expected })
  expect(isWell(verdict)).toBe(Object.keys(expected).every((name) => name === 'unresolved'))
})

test.each([
  ['in time', post, 0],
  ['of another error', { ...post, title: ':x: 1 run failed: MailRefused' }, 1],
  ['of another day', { ...post, at: new Date(50 * hour).toISOString() }, 1],
  ['that Chatbot dropped', { ...post, dropped: 'no schema' }, 1],
])('a failed run is told of by a post %s', (_, told, unreported) => {
  const verdict = audit([customer()], [first], failed, [told])
  expect(verdict.unreported).toHaveLength(unreported)
  expect(isWell(verdict)).toBe(unreported === 0)
})
