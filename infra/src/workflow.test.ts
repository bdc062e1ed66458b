import { functions } from '@confirmation-reminder/contracts/functions'
import { ReminderPayload } from '@confirmation-reminder/contracts/payload'
import { stages } from '@confirmation-reminder/contracts/stages'
import fc from 'fast-check'
import { keepRetriers, keptAfterSeconds, needsKeeping } from './keep-registration.ts'
import { longestPostponementSeconds, type ReminderPlan, registrationLifetimeSeconds } from './reminder-plan.ts'
import { longestTaskSeconds, type Retrier, retriers } from './retriers.ts'
import type { State } from './state.ts'
import { settings } from './test/settings.ts'
import { longestRunSeconds, runTimeoutSeconds, workflow } from './workflow.ts'

const day = 86_400
const lifetimeSeconds = 9 * day
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
      Retry: keepRetriers,
      Catch: [{ ErrorEquals: ['ContractViolation'], ResultPath: null, Next: 'WaitForReminder' }],
      Next: 'WaitForReminder',
    },
    WaitForReminder: { Type: 'Wait', Seconds: 9 * day, Next: 'TriggerNotification' },
    TriggerNotification: { Type: 'Task', Resource: 'the alias', TimeoutSeconds, Retry: retriers, End: true },
  })
})

test('at that visit every registration lives, by any settings that synthesis ever took', () => {
  const shortest = runTimeoutSeconds({ reminders: [{ secondsAfterPreviousMail: 1 }], spreadSeconds: 0 })
  expect(shortest).toBeGreaterThan(
    keptAfterSeconds + longestTaskSeconds(keepRetriers, functions.reminder.timeoutSeconds),
  )
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
          reminders.length > 1 || plan.spreadSeconds || plan.quietHours ? '$.reminder' : undefined,
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

test('the longest run is every wait and every task, and where a reminder may be postponed, the task twice', () => {
  const once = longestTaskSeconds(retriers, 10)
  expect(longestRunSeconds(plan(), [], 10)).toBe(day + 10)
  expect(longestRunSeconds(plan(), retriers, 10)).toBe(day + once)
  expect(longestRunSeconds(plan({ reminders: three }), retriers, 10)).toBe(6 * day + 3 * once)
  expect(longestRunSeconds(plan({ spreadSeconds: 600 }), retriers, 10)).toBe(day + 600 + 2 * once)
  const late = { reminders: [{ secondsAfterPreviousMail: 3 * day }] }
  expect(longestRunSeconds(plan(late), retriers, 10)).toBe(3 * day + longestTaskSeconds(keepRetriers, 10) + once)
  const nights = { reminders: three, quietHours, spreadSeconds: 600 }
  expect(longestRunSeconds(plan(nights), retriers, 10)).toBe(6 * day + 3 * (12 * 3600 + 1200) + 6 * once)
})

test('after any failures in any order, before and after a postponement, no run is given up too early', () => {
  fc.assert(
    fc.property(fc.infiniteStream(fc.nat()), plans, (failures, plan) => {
      const { TimeoutSeconds, States } = definitionOf(plan)
      const perAttempt = task(States.TriggerNotification).TimeoutSeconds
      const longestPostponement = longestPostponementSeconds(plan)
      let elapsed = 0
      const useUp = (retriers: Retrier[]) => {
        elapsed += perAttempt
        const used = retriers.map(() => 0)
        for (;;) {
          const open = retriers.flatMap((retrier, n) => ((used[n] ?? 0) < retrier.MaxAttempts ? [{ retrier, n }] : []))
          const next = open[failures.next().value % open.length]
          if (!next) break
          const { IntervalSeconds, BackoffRate, MaxDelaySeconds = Infinity } = next.retrier
          const attempt = used[next.n] ?? 0
          elapsed += Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds) + perAttempt
          used[next.n] = attempt + 1
        }
      }
      if (States.KeepRegistration) useUp(keepRetriers)
      for (const { secondsAfterPreviousMail } of plan.reminders) {
        elapsed += secondsAfterPreviousMail + longestPostponement
        for (let visit = 0; visit < (longestPostponement > 0 ? 2 : 1); visit++) useUp(retriers)
      }
      expect(elapsed).toBeLessThan(TimeoutSeconds)
    }),
  )
})

test.each(stages)('in %s a run ends before its registration lapses', (stage) => {
  expect(runTimeoutSeconds(settings[stage])).toBeLessThan(registrationLifetimeSeconds(settings[stage]))
})
