import type { CustomerEvent, CustomerEventType } from '@confirmation-reminder/contracts/customer-event'
import { customerEvents } from '@confirmation-reminder/contracts/examples'
import { type AuditedMail, audit as auditOf, claimIn, isReminder, isWell, type Records } from './audit.ts'
import { type Behaviour, behaviours, type Customer, type Kind, type Registration } from './behaviours.ts'
import { hourMs as hour, type Plan, plans } from './plan.ts'
import { nothing } from './wrongs.ts'

const id = '0c0de111-0000-5000-8000-000000000001'
const plan = plans.dev.first
const customer = (changes: Partial<Registration> = {}, kind: Kind = 'never answers'): Customer => ({
  ...{ email: 'ada@example.com', kind, registersAt: 0, acts: 0 },
  registrations: [{ plan, triedAt: 0, acknowledgedAt: 0, ...changes }],
})
const mail = (atMs: number, reminder = false, secret = `${atMs}`, subject = 'Reminder'): AuditedMail => ({
  to: ['ada@example.com'],
  at: new Date(atMs).toISOString(),
  subject: reminder ? subject : 'Please confirm',
  headers: reminder ? { 'List-Unsubscribe': '<https://example.com>' } : ({} as Record<string, string>),
  text: `https://example.com/confirm?token=${id}.${secret}.1z`,
})
const claimed = (sent: { text: string }, atMs: number) => [claimIn(sent), atMs] as const
const refused = { service: 'ses', action: 'SendRawEmail', kind: 'dropAfterEffect', rate: 1, injected: 1 }
const failed = [{ name: `${id}_t`, status: 'FAILED', error: 'SendInDoubt', stoppedAt: 25 * hour }]
const [first, reminder] = [mail(0), mail(24 * hour, true)]
// Ten seconds after its claim, as on a slow machine; the first one left at once.
const [late, second] = [mail(10_000), mail(61_000)]

const records = (mails: AuditedMail[], changes: Partial<Records> = {}): Omit<Records, 'events'> & Partial<Records> => ({
  mails,
  claims: new Map([
    ...[claimed(first, 0), claimed(late, 0), claimed(second, 60_000), claimed(mail(69_000), 59_999)],
    claimed(mail(0, true, 'quick'), 24 * hour + 2_000),
    claimed(mail(0, true, 'slow'), 24 * hour),
  ]),
  attempts: new Map(),
  failed: [],
  posts: [{ at: new Date(25 * hour + 1000).toISOString(), title: ':x: 3 runs failed: SendInDoubt', dropped: null }],
  phases: [{ from: 0, to: 100 * hour, rules: [refused] }],
  outages: [],
  deployments: [{ from: 0, plan }],
  personalData: [],
  ...changes,
})

/** Events as they should be: they say all that the customers and the mails show. */
function heard(customers: readonly Customer[], mails: readonly AuditedMail[]): CustomerEvent[] {
  return customers.flatMap(({ email, kind, registrations }) =>
    registrations.flatMap(({ triedAt, acknowledgedAt, confirmedAt, withdrawnAt }, n) => {
      const next = registrations[n + 1]?.triedAt ?? Infinity
      const its = mails.filter(({ at }) => Date.parse(at) >= triedAt && Date.parse(at) < next)
      const reminders = new Map(its.filter(isReminder).map(({ subject, at }) => [subject, Date.parse(at)]))
      const { mailFate }: Behaviour = behaviours[kind]
      const facts: [CustomerEventType, number | undefined][] = [
        ['Customer Registered', acknowledgedAt],
        ...[...reminders.values()].map((at): [CustomerEventType, number] => ['Customer Reminded', at]),
        ['Customer Confirmed', confirmedAt],
        ['Customer Withdrawn', withdrawnAt],
        ['Customer Undeliverable', mailFate && triedAt],
      ]
      return facts.flatMap(([type, at]) => (at === undefined ? [] : [eventOf(email, type, at)]))
    }),
  )
}
function eventOf(address: string, type: CustomerEventType, atMs: number): CustomerEvent {
  const example = Object.values(customerEvents).find((one) => one['detail-type'] === type) as CustomerEvent
  const detail = { ...example.detail, address, at: new Date(atMs).toISOString(), eventId: `${type} ${atMs}` }
  return { ...example, detail } as CustomerEvent
}
/** The verdict if nothing is wrong with the events, unless a test says what they are. */
const audit = (customers: readonly Customer[], { events, ...others }: Omit<Records, 'events'> & Partial<Records>) =>
  auditOf(customers, { ...others, events: events ?? heard(customers, others.mails) })

test.each<[string, Customer, AuditedMail[], Partial<Records>, object]>([
  ['a mail and a reminder', customer(), [first, reminder], {}, {}],
  ['no confirmation mail', customer(), [reminder], {}, { lost: 1 }],
  ['no reminder', customer(), [first], {}, { lost: 1 }],
  ['no reminder, but a run that failed by name', customer(), [first], { failed }, { unresolved: 1 }],
  ['a confirmation in time and no reminder', customer({ confirmedAt: hour }), [first], {}, {}],
  ['a confirmation after the reminder', customer({ confirmedAt: 25 * hour }), [first, reminder], {}, {}],
  ['a confirmation while the reminder was retried', customer({ confirmedAt: 26 * hour }), [first], {}, {}],
  [
    'a confirmation long after a reminder that never came',
    customer({ confirmedAt: 47 * hour }),
    [first],
    {},
    { lost: 1 },
  ],
  [
    'the same, if an outage explains the delay',
    customer({ confirmedAt: 47 * hour }),
    [first],
    { outages: [{ from: 20 * hour, to: 32 * hour }] },
    {},
  ],
  ['two reminders', customer(), [first, reminder, mail(25 * hour, true)], {}, { doubled: 1 }],
  [
    'two reminders of a run that failed',
    customer(),
    [first, reminder, reminder],
    { failed },
    { doubled: 1, unresolved: 1 },
  ],
  [
    'a second confirmation mail, claimed within a minute',
    customer(),
    [first, mail(69_000), reminder],
    {},
    { doubled: 1 },
  ],
  ['a second confirmation mail, claimed a minute later', customer(), [first, second, reminder], {}, {}],
  [
    'a second one that came sooner after the first mail than after its claim',
    customer(),
    [late, second, reminder],
    {},
    {},
  ],
  ['a second confirmation mail without a claim', customer(), [first, mail(99_000), reminder], {}, { doubled: 1 }],
  ['two confirmation mails of one claim', customer(), [first, mail(90_000, false, '0'), reminder], {}, { doubled: 1 }],
  [
    'a reminder after a confirmation',
    customer({ confirmedAt: 24 * hour - 1 }),
    [first, reminder],
    {},
    { afterConfirmation: 1 },
  ],
  [
    'a reminder after a confirmation, accepted at the end of its attempt',
    customer({ confirmedAt: 24 * hour + 12_000 }),
    [first, mail(24 * hour + 13_000, true, 'quick')],
    {},
    { afterConfirmation: 1 },
  ],
  [
    'a reminder after a confirmation, accepted by SES when the confirmation no longer waited',
    customer({ confirmedAt: 24 * hour + 12_000 }),
    [first, mail(24 * hour + 14_000, true, 'slow')],
    {},
    { beyondPatience: 1 },
  ],
  ['a reminder before a withdrawal', customer({ withdrawnAt: 25 * hour }), [first, reminder], {}, {}],
  [
    'a reminder after a withdrawal',
    customer({ withdrawnAt: 24 * hour - 1 }),
    [first, reminder],
    {},
    { afterWithdrawal: 1 },
  ],
  [
    'a reminder after a withdrawal whose run had invoked its task just before',
    customer({ withdrawnAt: 24 * hour - 1 }),
    [first, reminder],
    { attempts: new Map([[id, [23 * hour, 24 * hour - 11_000]]]) },
    { afterWithdrawal: 1 },
  ],
  [
    'a reminder after a withdrawal, accepted by SES when the withdrawal no longer waited',
    customer({ withdrawnAt: 24 * hour - 1 }),
    [first, reminder],
    { attempts: new Map([[id, [24 * hour - 11_001, 24 * hour - 100]]]) },
    { beyondPatience: 1 },
  ],
  [
    'a confirmation mail after a withdrawal',
    customer({ withdrawnAt: hour }),
    [first, mail(2 * hour)],
    { claims: new Map([claimed(first, 0), claimed(mail(2 * hour), 2 * hour)]) },
    { afterWithdrawal: 1 },
  ],
  ['no reminder after a bounce', customer({}, 'has an address that bounces'), [first], {}, {}],
  ['a reminder after a bounce', customer({}, 'has an address that bounces'), [first, reminder], {}, { afterBounce: 1 }],
  [
    'a reminder after a complaint',
    customer({}, 'complains about the first mail'),
    [first, reminder],
    {},
    { afterBounce: 1 },
  ],
  [
    'a registration never acknowledged',
    { ...customer({ acknowledgedAt: undefined as never }), gaveUp: true },
    [],
    {},
    { unacknowledged: 1 },
  ],
  ['personal data in a log', customer(), [first, reminder], { personalData: ['ada@example.com in: …'] }, { inLogs: 1 }],
  [
    'a failed run that nothing explains',
    customer(),
    [first],
    { failed, phases: [] },
    { unexplained: 1, unresolved: 1 },
  ],
  ['a failed run without a post', customer(), [first], { failed, posts: [] }, { unreported: 1, unresolved: 1 }],
])('%s', (_, who, mails, changes, expected) => {
  const verdict = audit([who], records(mails, changes))
  const counts = Object.fromEntries(Object.entries(verdict).map(([name, found]) => [name, found.length]))
  const none = { ...nothing, beyondPatience: 0, unresolved: 0 }
  expect(counts).toEqual({ ...none, ...expected })
  expect(isWell(verdict)).toBe(Object.keys(expected).every((name) => !Object.hasOwn(nothing, name)))
})

describe('events', () => {
  const confirmed = customer({ confirmedAt: hour }, 'confirms before the reminder')
  const all = heard([confirmed], [first])
  const [registered, confirmation] = all as [CustomerEvent, CustomerEvent]
  const found = (who: Customer, mails: AuditedMail[], events: CustomerEvent[]) => {
    const { unannounced, invented } = audit([who], records(mails, { events }))
    return { unannounced: unannounced.length, invented: invented.length }
  }
  const ada = (type: CustomerEventType, atMs: number) => eventOf('ada@example.com', type, atMs)
  const reminding = customer()

  test.each<[string, Customer, AuditedMail[], CustomerEvent[], object]>([
    ['all, in any order and twice', confirmed, [first], [confirmation, registered, confirmation], {}],
    ['none', confirmed, [first], [], { unannounced: 1 }],
    ['no registration', confirmed, [first], [confirmation], { unannounced: 1 }],
    ['no confirmation', confirmed, [first], [registered], { unannounced: 1 }],
    ['no reminder', reminding, [first, reminder], [registered], { unannounced: 1 }],
    ['one thing under two ids', confirmed, [first], [...all, ada('Customer Confirmed', hour + 1)], { invented: 1 }],
    ['a confirmation that never was', reminding, [first], [registered, confirmation], { invented: 1 }],
    ['a reminder without a mail', confirmed, [first], [...all, ada('Customer Reminded', 2)], { invented: 1 }],
    ['a withdrawal that never was', confirmed, [first], [...all, ada('Customer Withdrawn', 2)], { invented: 1 }],
    ['a bounce that never was', confirmed, [first], [...all, ada('Customer Undeliverable', 2)], { invented: 1 }],
    ['a lapse after a confirmation', confirmed, [first], [...all, ada('Registration Lapsed', 2)], { invented: 1 }],
    ['a lapse', reminding, [first], [registered, ada('Registration Lapsed', 2)], {}],
    ['a stranger', confirmed, [first], [...all, eventOf('eve@example.com', 'Customer Registered', 0)], { invented: 1 }],
  ])('%s', (_, who, mails, events, expected) => {
    expect(found(who, mails, events)).toEqual({ unannounced: 0, invented: 0, ...expected })
  })

  test('a reminder of which SES told after the withdrawal is not announced; one long before it is', () => {
    const withdrawn = (withdrawnAt: number) => customer({ withdrawnAt }, 'withdraws after the reminder')
    const without = (withdrawnAt: number) => [registered, ada('Customer Withdrawn', withdrawnAt)]
    expect(found(withdrawn(25 * hour), [first, reminder], without(25 * hour)).unannounced).toBe(0)
    expect(found(withdrawn(99 * hour), [first, reminder], without(99 * hour)).unannounced).toBe(1)
  })

  test('the registration before another lapsed, which is announced', () => {
    const again = 20 * 24 * hour
    const second = { plan, triedAt: again, acknowledgedAt: again }
    const kind = 'registers again after the registration lapsed'
    const twice = { ...customer({}, kind), registrations: [...reminding.registrations, second] }
    const both = heard([twice], [first, mail(again)])
    expect(found(twice, [first, mail(again)], both)).toEqual({ unannounced: 1, invented: 0 })
    const lapsed = [...both, ada('Registration Lapsed', 16 * 24 * hour)]
    expect(found(twice, [first, mail(again)], lapsed)).toEqual({ unannounced: 0, invented: 0 })
  })
})

describe('several registrations of one address', () => {
  const again = 20 * 24 * hour
  const twice: Customer = {
    ...customer(),
    registrations: [
      { plan, triedAt: 0, acknowledgedAt: 0 },
      { plan, triedAt: again, acknowledgedAt: again },
    ],
  }
  const ofBoth = [first, reminder, mail(again), mail(again + 24 * hour, true)]

  test('each has its own mails', () => {
    expect(isWell(audit([twice], records(ofBoth)))).toBe(true)
  })

  test('each must have its own', () => {
    expect(audit([twice], records(ofBoth.slice(0, 3))).lost).toEqual(['ada@example.com'])
  })

  test('a run that failed accounts for its own registration only', () => {
    expect(audit([twice], records(ofBoth.slice(0, 3), { failed })).lost).toHaveLength(1)
    expect(audit([twice], records([first, ...ofBoth.slice(2)], { failed })).lost).toEqual([])
  })
})

describe('a plan of three reminders', () => {
  const three = customer({ plan: plans.dev.later })
  const reminders = ['First', 'Second', 'Last'].map((subject, n) => mail((24 + n * 20) * hour, true, subject, subject))

  test('has three', () => {
    expect(isWell(audit([three], records([first, ...reminders])))).toBe(true)
  })

  test.each([0, 1, 2])('without number %d it is lost', (missing) => {
    const others = reminders.filter((_, n) => n !== missing)
    expect(audit([three], records([first, ...others])).lost).toEqual(['ada@example.com'])
  })

  test('one that comes twice is doubled, also if another is missing', () => {
    const [one, two] = reminders as [AuditedMail, AuditedMail]
    expect(audit([three], records([first, one, two, two])).doubled).toEqual(['ada@example.com'])
  })
})

describe('quiet hours', () => {
  const night: Plan = { ...plan, quietHours: '21:00-08:00 UTC' }
  const [evening, morning] = [21 * hour, 32 * hour]
  const at = (claimedAt: number, acceptedAt: number, deployed = night) => {
    const sent = mail(acceptedAt, true)
    const claims = new Map([claimed(sent, claimedAt)])
    const deployments = [
      { from: 0, plan: night },
      { from: hour, plan: deployed },
    ]
    return audit([customer({ plan: night })], records([first, sent], { claims, deployments })).inQuietHours
  }

  test('begin with their first minute and end before their last', () => {
    expect(at(evening, evening)).toHaveLength(1)
    expect(at(morning - 1, morning - 1)).toHaveLength(1)
    expect(at(morning, morning)).toHaveLength(0)
  })

  test('a reminder that was claimed before them may be accepted in them', () => {
    expect(at(evening - 1, evening + 10_000)).toHaveLength(0)
  })

  test('after a change of settings a waiting run may keep the old ones or follow the new ones', () => {
    expect(at(evening, evening, { ...night, quietHours: '22:00-08:00 UTC' })).toHaveLength(0)
    expect(at(23 * hour, 23 * hour, { ...night, quietHours: '22:00-08:00 UTC' })).toHaveLength(1)
  })
})
