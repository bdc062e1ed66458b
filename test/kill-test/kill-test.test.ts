import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { stackOf } from '../synthesise.ts'
import { everyFault, faultsOfTheReminder } from './faults.ts'
import { killTest, type Result, type Settings } from './kill-test.ts'
import { discard, type Mutation, mutatedStack } from './mutation.ts'
import { report } from './report.ts'

const stack = stackOf('dev')
const wrongs = ({ verdict: { lost, doubled, afterConfirmation, unreported, unacknowledged } }: Result) => ({
  lost: lost.length,
  doubled: doubled.length,
  afterConfirmation: afterConfirmation.length,
  unreported: unreported.length,
  unacknowledged: unacknowledged.length,
})
const nothing = { lost: 0, doubled: 0, afterConfirmation: 0, unreported: 0, unacknowledged: 0 }

test('when everything fails and the local cloud is killed, no mail is lost or doubled, and none comes too late', async () => {
  const result = await killTest({
    registrations: 200,
    seed: 1,
    stack,
    faults: everyFault(),
    killEverySeconds: [4, 8],
  })
  expect({ ...wrongs(result), report: report(result) }).toEqual({ ...nothing, report: expect.any(String) })
  expect(result.kills).toBeGreaterThan(1)
  expect(result.faults.reduce((sum, { injected }) => sum + injected, 0)).toBeGreaterThan(100)
}, 300_000)

describe('what the design needs', () => {
  // So often that a few customers meet them all.
  const harsh: Omit<Settings, 'stack'> = {
    registrations: 40,
    confirming: 0,
    seed: 1,
    faults: faultsOfTheReminder(0.1),
  }

  test('as it stands, it holds up even in this weather', async () => {
    expect(wrongs(await killTest({ ...harsh, stack }))).toEqual(nothing)
  }, 300_000)

  const claiming = 'packages/customers/src/claim-reminder.ts'
  const mutations: Record<string, { wrong: keyof typeof nothing; of: FunctionName; mutation: Mutation }> = {
    'without the claim, reminders come twice': {
      wrong: 'doubled',
      of: 'reminder',
      mutation: {
        file: claiming,
        from: "return { outcome: 'claimed', customer: { ...stored, mails: [...stored.mails, claim(stored, event)] } }",
        to: "return { outcome: 'claimed', customer: stored }",
      },
    },
    'recorded before they are sent, reminders get lost': {
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
    'where evidence is not waited for, reminders come twice': {
      wrong: 'doubled',
      of: 'reminder',
      mutation: {
        file: claiming,
        from: "  if (youngerThan(evidenceSeconds).length > 0) return { outcome: 'evidencePending', customer: stored }\n",
        to: '',
      },
    },
    'where evidence is ignored, reminders come twice': {
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
    async (_, { wrong, of, mutation }) => {
      const mutated = await mutatedStack(stack, of, mutation)
      try {
        expect(wrongs(await killTest({ ...harsh, stack: mutated }))[wrong]).toBeGreaterThan(0)
      } finally {
        discard(mutated)
      }
    },
    300_000,
  )
})
