import { errorNames } from '@confirmation-reminder/contracts/errors'
import { functions } from '@confirmation-reminder/contracts/functions'
import { outages, survivedSeconds } from '@confirmation-reminder/contracts/outages'
import { ReminderPayload } from '@confirmation-reminder/contracts/payload'
import { longestDelays, type Retrier, retriers } from '@confirmation-reminder/contracts/retriers'
import { stages } from '@confirmation-reminder/contracts/stages'
import fc from 'fast-check'
import { keptAfterSeconds, needsKeeping } from './keep-registration.ts'
import { longestPostponementSeconds, type ReminderPlan, registrationLifetimeSeconds } from './reminder-plan.ts'
import type { State } from './state.ts'
import { retrierOf } from './test/retrier-of.ts'
import { settings } from './test/settings.ts'
import { runTimeoutSeconds, workflow } from './workflow.ts'

const day = 86_400
const lifetimeSeconds = 9 * day
const delays = new Map(retriers.map((retrier) => [retrier, longestDelays(retrier)]))
const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0)
const plan = (changes: Partial<ReminderPlan> = {}): ReminderPlan => ({
  reminders: [{ secondsAfterPreviousMail: day }],
  spreadSeconds: 0,
  ...changes,
})
const definitionOf = (changes: Partial<ReminderPlan> = {}) =>
  workflow({ ...plan(changes), reminderFunctionArn: 'the alias', lifetimeSeconds })
const three = [
  { secondsAfterPreviousMail: day },
  { secondsAfterPreviousMail: 2 * day },
  { secondsAfterPreviousMail: 3 * day },
]
const quietHours = '21:00-08:00 Europe/Berlin'

/** The task of a state, as far as tests look at it. */
const task = (state: State | undefined) => state as unknown as { TimeoutSeconds: number; Parameters: object }

test("one reminder that goes out when it is due: the article's two states, and the payload as it is", () => {
  const { States, StartAt } = definitionOf()
  const { TimeoutSeconds } = task(States.TriggerNotification)
  expect(StartAt).toBe('Wait')
  expect(States).toEqual({
    Wait: { Type: 'Wait', Seconds: day, Next: 'TriggerNotification' },
    TriggerNotification: { Type: 'Task', Resource: 'the alias', TimeoutSeconds, Retry: retriers, End: true },
  })
})

test('several reminders are as many waits and tasks in a row, which know their place and their words', () => {
  const { States } = definitionOf({ reminders: three })
  expect(Object.entries(States).map(([name, { Seconds, Next, End }]) => [name, Seconds, Next ?? End])).toEqual([
    ['Wait', day, 'TriggerNotification'],
    ['TriggerNotification', undefined, 'Wait2'],
    ['Wait2', 2 * day, 'TriggerNotification2'],
    ['TriggerNotification2', undefined, 'Wait3'],
    ['Wait3', 3 * day, 'TriggerNotification3'],
    ['TriggerNotification3', undefined, true],
  ])
  const known = { 'customerId.$': '$.customerId', 'traceId.$': '$.traceId', lifetimeSeconds }
  expect(task(States.TriggerNotification).Parameters).toEqual({ ...known, step: 1, words: 'firstReminder' })
  expect(task(States.TriggerNotification2).Parameters).toEqual({ ...known, step: 2, words: 'secondReminder' })
  expect(task(States.TriggerNotification3).Parameters).toEqual({ ...known, step: 3, words: 'lastReminder' })
})

test('a reminder has the words of the settings, if they name some', () => {
  const reminders = [
    { secondsAfterPreviousMail: day, words: 'lastReminder' } as const,
    { secondsAfterPreviousMail: day },
  ]
  for (const plan of [reminders, reminders.slice(0, 1)]) {
    expect(task(definitionOf({ reminders: plan }).States.TriggerNotification).Parameters).toMatchObject({
      words: 'lastReminder',
    })
  }
})

test('a first reminder after more than a day: a visit after a day keeps the registration for as long as the plan says', () => {
  const { States } = definitionOf({ reminders: [{ secondsAfterPreviousMail: 10 * day }] })
  const { TimeoutSeconds } = task(States.TriggerNotification)
  expect(States).toEqual({
    Wait: { Type: 'Wait', Seconds: day, Next: 'KeepRegistration' },
    KeepRegistration: {
      Type: 'Task',
      Resource: 'the alias',
      Parameters: { 'customerId.$': '$.customerId', 'traceId.$': '$.traceId', step: 0, lifetimeSeconds },
      ResultPath: null,
      TimeoutSeconds,
      Retry: retriers,
      Catch: [{ ErrorEquals: ['ContractViolation'], ResultPath: null, Next: 'WaitForReminder' }],
      Next: 'WaitForReminder',
    },
    WaitForReminder: { Type: 'Wait', Seconds: 9 * day, Next: 'TriggerNotification' },
    TriggerNotification: {
      Type: 'Task',
      Resource: 'the alias',
      Parameters: {
        'customerId.$': '$.customerId',
        'traceId.$': '$.traceId',
        step: 1,
        words: 'reminder',
        lifetimeSeconds,
      },
      ResultPath: '$.reminder',
      TimeoutSeconds,
      Retry: retriers,
      End: true,
    },
  })
})

test('at that visit every registration lives, by any settings that synthesis ever took', () => {
  const shortest = runTimeoutSeconds({ reminders: [{ secondsAfterPreviousMail: 1 }], spreadSeconds: 0 })
  const attempts = longestDelays(retrierOf('Lambda.ServiceException'))
  const longestVisit = sum(attempts) + (attempts.length + 1) * functions.reminder.timeoutSeconds
  expect(shortest).toBeGreaterThan(keptAfterSeconds + longestVisit)
})

test.each<[string, Partial<ReminderPlan>, object]>([
  ['quiet hours', { quietHours }, { quietHours, spreadSeconds: 0 }],
  ['a spread', { spreadSeconds: 60 }, { spreadSeconds: 60 }],
])('with %s a postponed reminder waits for its turn and comes again', (_, changes, timetable) => {
  const { States } = definitionOf(changes)
  expect(task(States.TriggerNotification).Parameters).toMatchObject({ timetable, lifetimeSeconds })
  expect(States).toMatchObject({
    Wait: { Next: 'TriggerNotification' },
    TriggerNotification: {
      Parameters: { step: 1, words: 'reminder', postponable: true },
      ResultPath: '$.reminder',
      Next: 'WasPostponed',
    },
    WasPostponed: {
      Choices: [{ Variable: '$.reminder.outcome', StringEquals: 'postponed', Next: 'WaitForTurn' }],
      Default: 'Done',
    },
    WaitForTurn: { Type: 'Wait', TimestampPath: '$.reminder.until', Next: 'TriggerNotification' },
    Done: { Type: 'Succeed' },
  })
})

const plans = fc.record({
  reminders: fc.array(fc.record({ secondsAfterPreviousMail: fc.integer({ min: 1, max: 9_999_999 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  spreadSeconds: fc.constantFrom(0, 3600),
  quietHours: fc.constantFrom('', quietHours),
})

test('any plan gives plain data: every state is reached, every path ends, and every task reads its input', () => {
  fc.assert(
    fc.property(plans, (plan) => {
      const definition = definitionOf(plan)
      expect(JSON.parse(JSON.stringify(definition))).toEqual(definition)
      const states = Object.entries(definition.States)
      const leadsTo = ({ Next, Default, Choices = [] }: State) => [
        ...[Next, Default].filter((name) => name !== undefined),
        ...(Choices as { Next: string }[]).map(({ Next }) => Next),
      ]
      expect(new Set(['Wait', ...states.flatMap(([, state]) => leadsTo(state))])).toEqual(
        new Set(states.map(([name]) => name)),
      )
      expect(states.filter(([, { Type, End }]) => End || Type === 'Succeed')).toHaveLength(1)
      const tasks = states.filter(([, { Type, Resource }]) => Type === 'Task' && Resource === 'the alias')
      const reminders = tasks.filter(([name]) => name !== 'KeepRegistration')
      expect(reminders).toHaveLength(plan.reminders.length)
      expect(tasks.length - reminders.length).toBe(needsKeeping(plan) ? 1 : 0)
      const waits = states.map(([, { Seconds = 0 }]) => Number(Seconds))
      const delays = plan.reminders.map(({ secondsAfterPreviousMail }) => secondsAfterPreviousMail)
      expect(sum(waits)).toBe(sum(delays))
      for (const [, state] of tasks) {
        const handed = Object.keys(task(state).Parameters ?? {}).map((name) => name.replace('.$', ''))
        expect(Object.keys(ReminderPayload.entries)).toEqual(expect.arrayContaining(handed))
      }
      for (const [, state] of reminders) {
        expect(state.ResultPath).toBe(
          reminders.length > 1 || plan.spreadSeconds || plan.quietHours || needsKeeping(plan)
            ? '$.reminder'
            : undefined,
        )
      }
    }),
  )
})

test('the function ends before the task gives up on it', () => {
  expect(task(definitionOf().States.TriggerNotification).TimeoutSeconds).toBeGreaterThan(
    functions.reminder.timeoutSeconds,
  )
})

test('a run may last for every wait and, for each reminder, one outage, one wait for evidence and one more postponement', () => {
  const hours = (count: number) => count * 3600
  const perReminder = hours(24 + 24 + 4)
  expect(runTimeoutSeconds(plan())).toBe(day + perReminder)
  expect(runTimeoutSeconds(plan({ reminders: three }))).toBe(6 * day + 3 * perReminder)
  expect(runTimeoutSeconds(plan({ spreadSeconds: 600 }))).toBe(day + 600 + perReminder + 600)
  const late = { reminders: [{ secondsAfterPreviousMail: 3 * day }] }
  expect(runTimeoutSeconds(plan(late))).toBe(3 * day + hours(6 + 4) + perReminder)
  const nights = { reminders: three, quietHours, spreadSeconds: 600 }
  expect(runTimeoutSeconds(plan(nights))).toBe(6 * day + 3 * (2 * (hours(12) + 1200) + perReminder))
})

test('no outage that runs survive, at any moment and before the longest wait for evidence, is cut by the timeout', () => {
  // Of the longest delay, from the mean on: fast-check's numbers crowd at their ends, and a sum of short delays ends early.
  const shares = fc.infiniteStream(fc.double({ min: 0.5, max: 1, noNaN: true }))
  fc.assert(
    fc.property(plans, fc.constantFrom(...Object.values(outages)), shares, (plan, { error, survived }, random) => {
      const { TimeoutSeconds, States } = definitionOf(plan)
      const perAttempt = task(States.TriggerNotification).TimeoutSeconds
      const share = () => random.next().value as number
      let elapsed = 0
      const used = new Map<Retrier, number>()
      /** An attempt, as long as it may take, that ends with this error; and the delay that follows. */
      const failWith = (name: string) => {
        const retrier = retrierOf(name)
        const attempt = used.get(retrier) ?? 0
        const delay = delays.get(retrier)?.[attempt]
        if (delay === undefined) throw new Error(`${name} is not retried for the ${attempt}th time.`)
        used.set(retrier, attempt + 1)
        elapsed += perAttempt + (retrier.JitterStrategy === 'FULL' ? delay * share() : delay)
      }
      if (States.KeepRegistration) while (elapsed < survivedSeconds.part) failWith('Lambda.ServiceException')
      for (const { secondsAfterPreviousMail } of plan.reminders) {
        elapsed += secondsAfterPreviousMail + longestPostponementSeconds(plan)
        used.clear()
        const began = elapsed
        while (elapsed < began + survived) failWith(error)
        const evidence = retrierOf(errorNames.evidencePending)
        for (let wait = used.get(evidence) ?? 0; wait < evidence.MaxAttempts; wait++) {
          if (wait % 2 === 1) failWith('Lambda.Unknown')
          failWith(errorNames.evidencePending)
        }
        elapsed += longestPostponementSeconds(plan) + perAttempt
      }
      expect(elapsed).toBeLessThan(TimeoutSeconds)
    }),
    { numRuns: 300 },
  )
})

test.each(stages)('in %s a run ends before its registration lapses', (stage) => {
  expect(runTimeoutSeconds(settings[stage])).toBeLessThan(registrationLifetimeSeconds(settings[stage]))
})
