import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import type { Mail } from '../local-cloud.ts'
import { stackOf } from '../synthesise.ts'
import { isReminder } from './audit.ts'
import { faultsOfTheReminder } from './faults.ts'
import { killTest, type Settings } from './kill-test.ts'
import { discard, type Mutation, mutatedStack } from './mutation.ts'
import { report } from './report.ts'
import { nothing, wrongs } from './wrongs.ts'

const stack = stackOf('dev')
// Ten seconds on an idle machine, and many times that beside other work.
const limitMs = 1_800_000

// At a rate at which a few customers meet every fault.
const harsh: Omit<Settings, 'stack'> = {
  registrations: 40,
  confirming: 0,
  seed: 1,
  faults: faultsOfTheReminder(0.1),
}

test(
  'the unchanged design survives these faults',
  async () => {
    const result = await killTest({ ...harsh, stack })
    expect({ ...wrongs(result), report: report(result) }).toEqual({ ...nothing, report: expect.any(String) })
  },
  limitMs,
)

/** Whether an address has got two reminders: nothing that follows can undo that. */
function isDoubled(mails: Mail[]): boolean {
  const reminded = mails.filter(isReminder).flatMap(({ to }) => to)
  return new Set(reminded).size < reminded.length
}

// A run whose mail is in doubt waits six hours under these faults, and most runs fail before: with many, some are left.
const untilDoubled = { registrations: 240, isFound: isDoubled }

const claiming = 'packages/customers/src/claim-reminder.ts'
// Everyone confirms, many of them while SES takes nearly as long as the reminder waits for it.
const confirmedWhileSesIsSlow: Partial<Settings> = {
  confirming: 1,
  faults: [
    {
      ...{ service: 'ses', action: 'SendRawEmail', kind: 'latency', latencyMilliseconds: 4_000, rate: 1 },
      match: { caller: 'reminder' },
    },
  ],
}

interface Case {
  wrong: keyof typeof nothing
  of: FunctionName
  mutation: Mutation
  under?: Partial<Settings>
}

const mutations: Record<string, Case> = {
  'if a confirmation does not wait for a reminder on its way, the reminder follows it': {
    wrong: 'afterConfirmation',
    of: 'confirm',
    mutation: {
      file: 'functions/confirm/src/confirm-by-token.ts',
      from: "if (confirmed.outcome === 'confirmed') await untilNoReminderIsOnItsWay(customers, confirmed.customer)",
      to: '',
    },
    under: confirmedWhileSesIsSlow,
  },
  'without the claim, reminders come twice': {
    wrong: 'doubled',
    of: 'reminder',
    mutation: {
      file: claiming,
      from: "return { outcome: 'claimed', customer: { ...stored, mails: [...stored.mails, claim(stored, event)] } }",
      to: "return { outcome: 'claimed', customer: stored }",
    },
  },
  'if they are recorded before they are sent, reminders get lost': {
    wrong: 'lost',
    of: 'reminder',
    mutation: {
      file: 'functions/reminder/src/remind.ts',
      from: '  try {\n    await mailer.send(',
      to: `  await customers.change(customerId, (stored) =>
    settle(stored, { claim: token.hash, finding: 'accepted', at: Date.now() }),
  )
  try {
    await mailer.send(`,
    },
  },
  'without the wait for evidence, reminders come twice': {
    wrong: 'doubled',
    of: 'reminder',
    mutation: {
      file: claiming,
      from: 'until - since >= evidenceSeconds * 1000 && ',
      to: '',
    },
  },
  'if evidence is ignored, reminders come twice': {
    wrong: 'doubled',
    of: 'feedback',
    mutation: {
      file: 'functions/feedback/src/feedback.ts',
      from: 'const settled = settle(stored, feedback)',
      to: "const settled = { outcome: 'unchanged', customer: stored } as ReturnType<typeof settle>",
    },
  },
}

test.each(Object.entries(mutations))(
  '%s',
  async (_, { wrong, of, mutation, under }) => {
    const mutated = await mutatedStack(stack, of, mutation)
    try {
      const result = await killTest({ ...harsh, stack: mutated, ...(wrong === 'doubled' && untilDoubled), ...under })
      expect(wrongs(result)[wrong]).toBeGreaterThan(0)
    } finally {
      discard(mutated)
    }
  },
  limitMs,
)
