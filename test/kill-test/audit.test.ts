import { audit, claimIn, isWell } from './audit.ts'
import type { Customer } from './customer.ts'
import { nothing } from './wrongs.ts'

const hour = 3_600_000
const id = '0c0de111-0000-5000-8000-000000000001'
const customer = (changes: Partial<Customer> = {}): Customer => ({
  email: 'ada@example.com',
  registersAt: 0,
  atTheReminder: false,
  acknowledgedAt: 0,
  ...changes,
})
const mail = (atMs: number, reminder = false, secret = `${atMs}`) => ({
  to: ['ada@example.com'],
  at: new Date(atMs).toISOString(),
  headers: reminder ? { 'List-Unsubscribe': '<https://example.com>' } : ({} as Record<string, string>),
  text: `https://example.com/confirm?token=${id}.${secret}.1z`,
})
const claimed = (sent: { text: string }, atMs: number) => [claimIn(sent), atMs] as const
const failed = [{ name: `${id}_t`, status: 'FAILED', error: 'SendInDoubt', stoppedAt: 25 * hour }]
const post = { at: new Date(25 * hour + 1000).toISOString(), title: ':x: 3 runs failed: SendInDoubt', dropped: null }
const [first, reminder] = [mail(0), mail(24 * hour, true)]
// Ten seconds after its claim, as on a slow machine; the first one left at once.
const [late, second] = [mail(10_000), mail(61_000)]
const claims = new Map([
  ...[claimed(first, 0), claimed(late, 0), claimed(second, 60_000), claimed(mail(69_000), 59_999)],
  claimed(mail(0, true, 'quick'), 24 * hour + 2_000),
  claimed(mail(0, true, 'slow'), 24 * hour),
])

test.each([
  ['a mail and a reminder', customer(), [first, reminder], [], {}],
  ['no confirmation mail', customer(), [reminder], [], { lost: 1 }],
  ['no reminder', customer(), [first], [], { lost: 1 }],
  ['no reminder, but a run that failed by name', customer(), [first], failed, { unresolved: 1 }],
  ['a confirmation in time and no reminder', customer({ confirmedAt: hour }), [first], [], {}],
  ['a confirmation after the reminder', customer({ confirmedAt: 25 * hour }), [first, reminder], [], {}],
  ['a confirmation while the reminder was retried', customer({ confirmedAt: 26 * hour }), [first], [], {}],
  [
    'a confirmation long after a reminder that never came',
    customer({ confirmedAt: 47 * hour }),
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
  [
    'a second confirmation mail, claimed within a minute',
    customer(),
    [first, mail(69_000), reminder],
    [],
    { doubled: 1 },
  ],
  ['a second confirmation mail, claimed a minute later', customer(), [first, second, reminder], [], {}],
  [
    'a second one that came sooner after the first mail than after its claim',
    customer(),
    [late, second, reminder],
    [],
    {},
  ],
  ['a second confirmation mail without a claim', customer(), [first, mail(99_000), reminder], [], { doubled: 1 }],
  ['two confirmation mails of one claim', customer(), [first, mail(90_000, false, '0'), reminder], [], { doubled: 1 }],
  [
    'a reminder after a confirmation',
    customer({ confirmedAt: 24 * hour - 1 }),
    [first, reminder],
    [],
    { afterConfirmation: 1 },
  ],
  [
    'a reminder after a confirmation, accepted at the end of its attempt',
    customer({ confirmedAt: 24 * hour + 12_000 }),
    [first, mail(24 * hour + 13_000, true, 'quick')],
    [],
    { afterConfirmation: 1 },
  ],
  [
    'a reminder after a confirmation, accepted by SES when the confirmation no longer waited',
    customer({ confirmedAt: 24 * hour + 12_000 }),
    [first, mail(24 * hour + 14_000, true, 'slow')],
    [],
    { beyondPatience: 1 },
  ],
  ['a registration never acknowledged', { ...customer(), acknowledgedAt: undefined }, [], [], { unacknowledged: 1 }],
])('%s', (_, who, mails, runs, expected) => {
  const verdict = audit([who as Customer], mails, claims, runs, [post])
  const counts = Object.fromEntries(Object.entries(verdict).map(([name, found]) => [name, found.length]))
  const none = { ...nothing, beyondPatience: 0, unresolved: 0 }
  expect(counts).toEqual({ ...none, ...expected })
  expect(isWell(verdict)).toBe(Object.keys(expected).every((name) => !Object.hasOwn(nothing, name)))
})

test.each([
  ['in time', post, 0],
  ['of another error', { ...post, title: ':x: 1 run failed: MailRefused' }, 1],
  ['of another day', { ...post, at: new Date(50 * hour).toISOString() }, 1],
  ['that Chatbot dropped', { ...post, dropped: 'no schema' }, 1],
])('a failed run, and a post %s', (_, found, unreported) => {
  const verdict = audit([customer()], [first], claims, failed, [found])
  expect(verdict.unreported).toHaveLength(unreported)
  expect(isWell(verdict)).toBe(unreported === 0)
})
