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
  workflow: { waitSeconds: 86_400, tasks: 1, states: 2, known: true },
}
const waiting = (days: number, tasks = 1): Deployment => ({
  ...article,
  workflow: { waitSeconds: days * 86_400, tasks, states: 2 * tasks, known: true },
})
const ceiling = (deployment: Deployment, registrations: number, name: string, raised = {}) => {
  const found = ceilingsOf(deployment, registrations, raised).find((each) => each.name.startsWith(name))
  if (!found) throw new Error(`There is no ceiling ${name}.`)
  return found
}

test('every price says where it is from, and the list when', () => {
  expect(priceList.dated).toMatch(/^\d{4}-\d\d-\d\d$/)
  for (const { source, usd, per } of Object.values(priceList.prices)) {
    expect(source).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/$/)
    expect(usd / per).toBeGreaterThan(0)
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

test('StartExecution has half the rate outside the three big Regions', () => {
  expect(ceiling({ ...article, region: 'eu-west-1' }, 1, 'StartExecution').limit).toBe(300)
  expect(ceiling({ ...article, region: 'eu-central-1' }, 1, 'StartExecution').limit).toBe(150)
})

test("the hour when yesterday's peak comes back sends first mails and reminders at once", () => {
  // 36,000 a day: 3,600 in the busiest hour, twice that in clusters: 2 a second; half of yesterday's are reminded.
  expect(ceiling(article, 36_000, 'SES, when').expected).toBeCloseTo(2 + 1)
  expect(ceiling(waiting(1, 3), 36_000, 'SES, when').expected).toBeCloseTo(2 + 3)
})

test('a function that nobody registers with adds to no ceiling', () => {
  const idle = { ...article, functions: {} }
  expect(ceiling(idle, 1_000_000, 'Lambda').expected).toBe(0)
})

describe('what a stage is made of', () => {
  const definition = JSON.stringify({
    States: {
      Wait: { Type: 'Wait', Seconds: 3600 },
      First: { Type: 'Task' },
      WaitAgain: { Type: 'Wait', Seconds: 7200 },
      Second: { Type: 'Task' },
    },
  })
  const resources = {
    aws_sfn_state_machine: { definition, region: 'eu-central-1' },
    aws_lambda_function: { function_name: 'confirmation-reminder-dev-register', memory_size: 256 },
    aws_dynamodb_table: { point_in_time_recovery: [{ enabled: true }] },
    aws_apigatewayv2_stage: { route_settings: [{ route_key: 'POST /registrations', throttling_rate_limit: 5 }] },
    aws_cloudwatch_metric_alarm: {},
  }

  test('is read from a plan, and from what cdktf writes, to the same effect', () => {
    const planned = Object.entries(resources).map(([type, values]) => ({ type, values, mode: 'managed', name: 'it' }))
    const plan = planOf([], { planned_values: { root_module: { resources: planned } } })
    const stack = Object.fromEntries(Object.entries(resources).map(([type, values]) => [type, { it: values }]))
    const expected = {
      workflow: { waitSeconds: 10_800, tasks: 2, states: 4, known: true },
      functions: { register: 256 },
      alarms: 1,
      keys: 0,
      region: 'eu-central-1',
      pointInTimeRecovery: true,
      registrationsPerSecond: 5,
    }
    expect(ofPlan(plan, 'after', byContract)).toMatchObject(expected)
    expect(ofStack({ resource: stack }, byContract)).toMatchObject(expected)
  })

  test('falls back where the definition is known only after apply', () => {
    const values = { name: 'm' }
    const machine = { type: 'aws_sfn_state_machine', values, mode: 'managed', name: 'it' }
    const plan = planOf([], { planned_values: { root_module: { resources: [machine] } } })
    expect(ofPlan(plan, 'after', waiting(3)).workflow.waitSeconds).toBe(3 * 86_400)
  })
})

test('the table shows what the plan adds, and says which ceiling is passed', () => {
  const text = costMarkdown(outlookOf({ ...article, alarms: 15 }, 1_000_000, { before: { ...article, alarms: 5 } }))
  expect(text).toContain('| CloudWatch alarms | $1.50 | +$1.00 |')
  expect(text).toContain('This plan changes that by **+$1.00**')
  expect(text).toContain('Open executions')
  expect(text).toContain('**passed**')
})

test('whatever is asked of a registration is asked of a positive number of times', () => {
  const { transitions, mails, requests, invocations } = usage(article)
  expect([transitions, mails, requests, ...Object.values(invocations)].every((times) => times > 0)).toBe(true)
})
