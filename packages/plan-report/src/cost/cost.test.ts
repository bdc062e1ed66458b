import fc from 'fast-check'
import { planOf } from '../test/plan.ts'
import { ceilingsOf, isPassed } from './ceilings.ts'
import { costOf, total, usage } from './cost.ts'
import { costMarkdown, outlookOf } from './cost-markdown.ts'
import { byContract, type Deployment, ofPlan, ofStack } from './deployment.ts'
import { priceList, priceOf } from './price-list.ts'

const article: Deployment = {
  ...byContract,
  functions: { register: 512, confirm: 512, reminder: 256 },
  workflow: { waitSeconds: 86_400, tasks: 1, transitions: 3, postponable: false, known: true },
}
const waiting = (days: number, tasks = 1): Deployment => ({
  ...article,
  workflow: { waitSeconds: days * 86_400, tasks, transitions: 2 * tasks + 1, postponable: false, known: true },
})
const hour = 3600
/** Every reminder may be postponed: to the morning, and then to its turn. */
const postponing = (quietHours: number, spreadSeconds: number): Deployment => ({
  ...article,
  workflow: { ...article.workflow, postponable: true },
  quietSeconds: quietHours * hour,
  spreadSeconds,
})
const ceiling = (deployment: Deployment, registrations: number, name: string, raised = {}) => {
  const found = ceilingsOf(deployment, registrations, raised).find((each) => each.name.startsWith(name))
  if (!found) throw new Error(`There is no ceiling ${name}.`)
  return found
}

test('every price says where it is from, and the list when', () => {
  expect(priceList.dated).toMatch(/^\d{4}-\d\d-\d\d$/)
  for (const price of Object.values(priceList.prices)) {
    expect(price.source).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/$/)
    expect('seen' in price ? price.seen : 'https://').toMatch(/^https:\/\//)
    expect(price.usd / price.per).toBeGreaterThan(0)
  }
})

test('a million transitions cost 25 dollars', () => {
  expect(priceOf('stateTransition', 1_000_000)).toBeCloseTo(25)
})

test('Step Functions and SES cost what their arithmetic says', () => {
  // 1,000 a day × 30.4 days = 30,400 runs; 3 transitions each; $0.025 for 1,000.
  expect(costOf(article, 1000)['Step Functions']).toBeCloseTo((30_400 * 3 * 0.025) / 1000)
  // One mail at once, and the reminder to the half that has not confirmed; $0.10 for 1,000.
  expect(costOf(article, 1000).SES).toBeCloseTo((30_400 * 1.5 * 0.1) / 1000)
})

test('Lambda costs memory times time', () => {
  const alone: Deployment = { ...article, functions: { register: 1024 } }
  // 30,400 invocations of 0.12 s in 1 GB, and the invocations themselves.
  expect(costOf(alone, 1000).Lambda).toBeCloseTo(30_400 * 0.12 * 0.0000133334 + (30_400 * 0.2) / 1_000_000)
})

test('what is postponed costs three transitions and an invocation more', () => {
  // Half are reminded, and all of those are spread: 3 + 0.5 × 3 transitions, 1 + 0.5 invocations.
  expect(usage(postponing(0, 600))).toMatchObject({ transitions: 4.5, invocations: { reminder: 1.5 } })
  // Without a spread only those that fall due in the six quiet hours, which is a quarter of a day.
  expect(usage(postponing(6, 0))).toMatchObject({ transitions: 3.375, invocations: { reminder: 1.125 } })
  expect(usage(article)).toMatchObject({ transitions: 3, invocations: { reminder: 1 } })
})

test('what SES tells of each mail is published, taken and written', () => {
  const told: Deployment = { ...article, functions: { ...article.functions, feedback: 256 } }
  // 30,400 registrations × 1.5 mails × 2 events, at $0.50 for a million; and 5 alarms × 10 messages.
  expect(costOf(told, 1000).SNS).toBeCloseTo(((91_200 + 50) * 0.5) / 1_000_000)
  expect(usage(told).invocations.feedback).toBe(3)
  expect(costOf(told, 1000).DynamoDB - costOf(article, 1000).DynamoDB).toBeCloseTo((91_200 * (0.625 + 0.125)) / 1e6)
})

test('what is not there costs nothing', () => {
  const nothing = ofPlan(planOf([]), 'before', byContract)
  expect(total(costOf(nothing, 10_000))).toBe(0)
})

test('more registrations, memory, reminders or alarms never cost less', () => {
  const some = fc.record({
    registrations: fc.integer({ min: 1, max: 1e6 }),
    tasks: fc.integer({ min: 1, max: 5 }),
    alarms: fc.nat(50),
  })
  fc.assert(
    fc.property(some, some, (one, more) => {
      const cost = ({ registrations, tasks, alarms }: typeof one) =>
        total(costOf({ ...waiting(1, tasks), alarms }, registrations))
      const both = {
        registrations: one.registrations + more.registrations,
        tasks: Math.max(one.tasks, more.tasks),
        alarms: one.alarms + more.alarms,
      }
      expect(cost(both)).toBeGreaterThanOrEqual(cost(one))
    }),
  )
})

describe('open executions', () => {
  test('a day of waiting holds as many as come in a day', () => {
    expect(ceiling(article, 100_000, 'Open').expected).toBeCloseTo(100_000, -1)
    expect(ceiling(waiting(3), 100_000, 'Open').expected).toBeCloseTo(300_000, -1)
  })

  test('the quota of a million is passed at a million a day, and not at 900,000', () => {
    expect(isPassed(ceiling(article, 1_000_000, 'Open'))).toBe(true)
    expect(isPassed(ceiling(article, 900_000, 'Open'))).toBe(false)
    expect(isPassed(ceiling(waiting(2), 900_000, 'Open'))).toBe(true)
    expect(isPassed(ceiling(waiting(2), 900_000, 'Open', { openExecutions: 2_000_000 }))).toBe(false)
  })
})

test('at the end of the quiet hours all runs are open that fell due in them', () => {
  // 86,400 a day are one a second: a day of waiting, and half of those that fell due in ten hours and are then spread.
  expect(ceiling(postponing(10, hour), 86_400, 'Open').expected).toBeCloseTo(86_402 + 0.5 * 11 * hour)
})

test('StartExecution has half the rate outside the three big Regions', () => {
  expect(ceiling({ ...article, region: 'eu-west-1' }, 1, 'StartExecution').limit).toBe(300)
  expect(ceiling({ ...article, region: 'eu-central-1' }, 1, 'StartExecution').limit).toBe(150)
})

test("the hour when yesterday's peak comes back sends first mails and reminders at once", () => {
  // 36,000 a day: 3,600 in the busiest hour, twice that in clusters: 2 a second; half of yesterday's are reminded.
  expect(ceiling(article, 36_000, 'SES, when').expected).toBeCloseTo(2 + 1)
  expect(ceiling(waiting(1, 3), 36_000, 'SES, when').expected).toBeCloseTo(2 + 3)
})

test('in the morning come all reminders that the quiet hours held back', () => {
  // Of 96,000 a day a quarter falls due at night, and half of that is reminded: 12,000.
  const peak = (96_000 * 0.1 * 2) / hour
  expect(ceiling(postponing(6, 600), 96_000, 'SES, when').expected).toBeCloseTo(peak + 12_000 / 600)
  expect(ceiling(postponing(6, 0), 96_000, 'SES, when').expected).toBeCloseTo(peak + 12_000)
  expect(ceiling(postponing(6, 10 * hour), 96_000, 'SES, when').expected).toBeCloseTo(peak + peak / 2)
  expect(ceiling(postponing(6, 600), 96_000, 'SES, when').because).toContain('held back, over 600 s')
})

test('a function that nobody registers with adds to no ceiling', () => {
  const idle = { ...article, functions: {} }
  expect(ceiling(idle, 1_000_000, 'Lambda').expected).toBe(0)
})

describe('what a stage is made of', () => {
  const definition = JSON.stringify({
    StartAt: 'Wait',
    States: {
      Wait: { Type: 'Wait', Seconds: 3600, Next: 'First' },
      First: { Type: 'Task', Next: 'WaitAgain' },
      WaitAgain: { Type: 'Wait', Seconds: 7200, Next: 'Second' },
      Second: { Type: 'Task', End: true },
    },
  })
  const output = { expected_registrations_per_day: { value: 4000 } }
  const resources = {
    aws_sfn_state_machine: { definition, region: 'eu-central-1' },
    aws_lambda_function: {
      function_name: 'confirmation-reminder-dev-reminder',
      memory_size: 256,
      environment: [{ variables: { QUIET_HOURS: '21:00-08:00 Europe/Berlin', SPREAD_SECONDS: '600' } }],
    },
    aws_dynamodb_table: { point_in_time_recovery: [{ enabled: true }] },
    aws_apigatewayv2_stage: { route_settings: [{ route_key: 'POST /registrations', throttling_rate_limit: 5 }] },
    aws_cloudwatch_metric_alarm: {},
  }

  test('is read from a plan, and from what cdktf writes, to the same effect', () => {
    const planned = Object.entries(resources).map(([type, values]) => ({ type, values, mode: 'managed', name: 'it' }))
    const plan = planOf([], { planned_values: { root_module: { resources: planned }, outputs: output } })
    const stack = Object.fromEntries(Object.entries(resources).map(([type, values]) => [type, { it: values }]))
    const expected = {
      workflow: { waitSeconds: 10_800, tasks: 2, transitions: 5, postponable: false, known: true },
      quietSeconds: 11 * hour,
      spreadSeconds: 600,
      functions: { reminder: 256 },
      alarms: 1,
      keys: 0,
      region: 'eu-central-1',
      pointInTimeRecovery: true,
      registrationsPerSecond: 5,
      registrationsPerDay: 4000,
    }
    expect(ofPlan(plan, 'after', byContract)).toMatchObject(expected)
    expect(ofStack({ resource: stack, output }, byContract)).toMatchObject(expected)
  })

  test('falls back where the definition is known only after apply', () => {
    const values = { name: 'm' }
    const machine = { type: 'aws_sfn_state_machine', values, mode: 'managed', name: 'it' }
    const plan = planOf([], { planned_values: { root_module: { resources: [machine] } } })
    expect(ofPlan(plan, 'after', waiting(3)).workflow.waitSeconds).toBe(3 * 86_400)
  })
})

test('the table shows what the plan adds, and says which ceiling is passed', () => {
  const text = costMarkdown(
    outlookOf({ ...article, alarms: 15 }, 1_000_000, {
      before: { ...article, alarms: 5 },
      change: 'This pull request',
    }),
    'dev',
  )
  expect(text).toContain('| CloudWatch alarms | $1.50 | +$1.00 |')
  expect(text).toContain('This pull request changes that by **+$1.00**')
  expect(text).toContain('Open executions')
  expect(text).toContain('**passed**')
})

test('whatever is asked of a registration is asked of a positive number of times', () => {
  const { transitions, mails, requests, invocations } = usage(article)
  expect([transitions, mails, requests, ...Object.values(invocations)].every((times) => times > 0)).toBe(true)
})
