import type { Mail } from '../local-cloud.ts'
import { stackOf } from '../synthesise.ts'
import { isReminder } from './audit.ts'
import { type FaultRule, faultsOfTheReminder } from './faults.ts'
import type { Settings } from './kill-test.ts'
import type { Mutation } from './mutation.ts'
import { plans } from './plan.ts'
import type { Part } from './wrongs.ts'

const dev = { stack: stackOf('dev'), plan: plans.dev.first }
const prod = { stack: stackOf('prod'), plan: plans.prod.first }

// At a rate at which a few customers meet every fault.
export const harsh: Settings = {
  registrations: 40,
  kinds: ['never answers'],
  seed: 1,
  deployment: dev,
  faults: faultsOfTheReminder(0.1),
}

/** Whether an address has got two reminders: nothing that follows can undo that. */
function isDoubled(mails: Mail[]): boolean {
  const reminded = mails.filter(isReminder).flatMap(({ to }) => to)
  return new Set(reminded).size < reminded.length
}

// Of thirty mails ten are in doubt, and each is claimed again after six hours in which its event is late or ignored.
const untilDoubled: Settings = { ...harsh, registrations: 30, isFound: isDoubled }

const mail = { service: 'ses', action: 'SendRawEmail', rate: 1, match: { caller: 'reminder' } }
const sesIsSlow: FaultRule = { ...mail, kind: 'latency', latencyMilliseconds: 4_000 }
const answersAreLost: FaultRule = { ...mail, kind: 'dropAfterEffect', rate: 0.5 }
const feedbackIsAway: FaultRule = {
  ...{ service: 'lambda', action: 'Invoke', kind: 'error', error: 'TooManyRequestsException', rate: 1 },
  match: { caller: 'sqs' },
}

const claiming = 'packages/customers/src/claim-reminder.ts'
const reminding = 'functions/reminder/src/remind.ts'

const withoutWaiting: Mutation[] = [
  {
    of: 'confirm',
    file: 'functions/confirm/src/confirm-by-token.ts',
    from: "if (confirmed.outcome === 'confirmed') await untilNoReminderIsOnItsWay(customers, confirmed.customer)",
    to: '',
  },
  {
    of: 'withdraw',
    file: 'functions/withdraw/src/withdraw-by-token.ts',
    from: "while (outcome === 'withdrawn' && before && isBeingReminded(before, Date.now())) await pause(pollMs)",
    to: '',
  },
]
const ignoringBounces: Mutation = {
  of: 'feedback',
  file: 'functions/feedback/src/feedback.ts',
  from: 'const marked = reason ? markUndeliverable(settled.customer, { reason, at }) : settled',
  to: 'const marked = settled as ReturnType<typeof markUndeliverable>',
}
const loggingAddresses: Mutation = {
  of: 'reminder',
  file: reminding,
  from: '  try {\n    await mailer.send({',
  to: '  console.log(`Reminding ${to}`)\n  try {\n    await mailer.send({',
}
const breakingTheContract: Mutation = {
  of: 'reminder',
  file: 'functions/reminder/src/payload.ts',
  from: 'if (read.success) return read.output',
  to: 'if (!read.success) return read.output as never',
}
const postingNothing: Mutation = {
  of: 'failures',
  file: 'functions/failures/src/report.ts',
  from: 'if (!claim) return',
  to: 'return',
}

/** What is mutated, the parts of the verdict that must show it, and under which faults. */
type Case = [title: string, mutations: Mutation[], wrong: Part[], settings: Settings]

/** Defects of the design that the kill test has to find. */
export const defects: Case[] = [
  [
    'confirmations and withdrawals that do not wait for a reminder on its way, ignored bounces, and an address in the log',
    [...withoutWaiting, ignoringBounces, loggingAddresses],
    ['afterConfirmation', 'afterWithdrawal', 'afterBounce', 'inLogs'],
    {
      ...{ registrations: 36, seed: 1, deployment: dev, faults: [sesIsSlow] },
      kinds: [
        'confirms at the reminder',
        'withdraws at the reminder',
        'has an address that bounces',
        'complains about the first mail',
      ],
    },
  ],
  [
    'runs that break their contract, and posts that are not sent',
    [breakingTheContract, postingNothing],
    ['unexplained', 'unreported'],
    { registrations: 3, kinds: ['never answers'], seed: 1, deployment: dev, faults: [] },
  ],
  [
    'registrations that are not announced, and confirmations that did not happen',
    [
      {
        of: 'announce',
        file: 'packages/customers/src/happenings.ts',
        from: "    fact('Customer Registered', stored.registeredAt),\n",
        to: '',
      },
      {
        of: 'announce',
        file: 'packages/customers/src/happenings.ts',
        from: "...(stored.state === 'CONFIRMED' ? [fact('Customer Confirmed', stored.consent.answered.at)] : []),",
        to: "...(stored.state === 'CONFIRMED' || stored.mails.length > 1 ? [fact('Customer Confirmed', stored.registeredAt)] : []),",
      },
    ],
    ['unannounced', 'invented'],
    {
      ...{ registrations: 8, seed: 1, deployment: dev, faults: [] },
      kinds: ['never answers', 'confirms before the reminder'],
    },
  ],
  [
    'quiet hours that are ignored',
    [
      {
        of: 'reminder',
        file: 'functions/reminder/src/sending-time.ts',
        from: 'const morning = quietHours && endOfQuietHours(due, quietHours)',
        to: 'const morning = undefined as number | undefined',
      },
    ],
    ['inQuietHours'],
    { registrations: 3, kinds: ['never answers'], seed: 1, deployment: prod, faults: [], hourOfDay: 1 },
  ],
  [
    'registrations whose mail is always said to be on its way',
    [
      {
        of: 'register',
        file: 'functions/register/src/register.ts',
        from: "if (outcome === 'unresolved') return { ...ids, outcome }",
        to: "return { ...ids, outcome: 'unresolved' }",
      },
    ],
    ['unacknowledged'],
    { registrations: 1, kinds: ['never answers'], seed: 1, deployment: dev, faults: [] },
  ],
  [
    'reminders without a claim',
    [
      {
        of: 'reminder',
        file: claiming,
        from: "return { outcome: 'claimed', customer: { ...stored, mails: [...stored.mails, claim(stored, event)] } }",
        to: "return { outcome: 'claimed', customer: stored }",
      },
    ],
    ['doubled'],
    untilDoubled,
  ],
  [
    'reminders that are recorded before they are sent',
    [
      {
        of: 'reminder',
        file: reminding,
        from: '  try {\n    await mailer.send(',
        to: `  await customers.change(customerId, (stored) =>
    settle(stored, { claim: token.hash, finding: 'accepted', at: Date.now() }),
  )
  try {
    await mailer.send(`,
      },
    ],
    ['lost'],
    { ...harsh, registrations: 24 },
  ],
  [
    'reminders that do not wait for evidence',
    [{ of: 'reminder', file: claiming, from: 'until - since >= evidenceSeconds * 1000 && ', to: '' }],
    ['doubled'],
    untilDoubled,
  ],
  [
    'silence that is taken without reading the queues, while feedback is away for longer than that silence',
    [{ of: 'reminder', file: reminding, from: 'noEvents: await noEvents()', to: 'noEvents: true' }],
    ['doubled'],
    { ...untilDoubled, registrations: 8, faults: [feedbackIsAway, answersAreLost] },
  ],
  [
    'evidence that is ignored',
    [
      {
        of: 'feedback',
        file: 'functions/feedback/src/feedback.ts',
        from: 'const settled = settle(stored, feedback)',
        to: "const settled = { outcome: 'unchanged', customer: stored } as ReturnType<typeof settle>",
      },
    ],
    ['doubled'],
    untilDoubled,
  ],
]
