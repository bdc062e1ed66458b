import { ownMetrics } from '@confirmation-reminder/contracts/metrics'
import fc from 'fast-check'
import { planOf } from '../test/plan.ts'
import { reservationDangers } from './concurrency.ts'
import { costOf, total, usage } from './cost.ts'
import { costMarkdown, limitDangers, outlookOf } from './cost-markdown.ts'
import { byContract, type Deployment, ofPlan, ofStack } from './deployment.ts'
import { danger, isPassed, limitsOf } from './limits.ts'
import { figures } from './price-figures.ts'
import { oldestPublication, priceOf, unread } from './price-list.ts'
import { type Priced, type Product, products, region } from './products.ts'

const article: Deployment = {
  ...byContract,
  functions: { register: 512, confirm: 512, reminder: 256 },
  workflow: { waitSeconds: 86_400, tasks: 1, visits: 1, transitions: 3, postponable: false, known: true },
}
const waiting = (days: number, tasks = 1): Deployment => ({
  ...article,
  workflow: {
    waitSeconds: days * 86_400,
    tasks,
    visits: tasks,
    transitions: 2 * tasks + 1,
    postponable: false,
    known: true,
  },
})
const hour = 3600
/** Every reminder may be postponed: to the morning, and then to its turn. */
const postponing = (quietHours: number, spreadSeconds: number): Deployment => ({
  ...article,
  workflow: { ...article.workflow, postponable: true },
  quietSeconds: quietHours * hour,
  spreadSeconds,
})
const limit = (deployment: Deployment, registrations: number, name: string, raised = {}) => {
  const found = limitsOf(deployment, registrations, raised).find((each) => each.name.startsWith(name))
  if (!found) throw new Error(`There is no limit ${name}.`)
  return found
}

test('every price names the page and the price list of AWS that it is from, and when it was published', () => {
  expect(region).toBe(byContract.region)
  expect(oldestPublication()).toMatch(/^\d{4}-\d\d-\d\d$/)
  for (const [what, { page, service, usageType, per, global }] of Object.entries<Product>(products)) {
    expect(page).toMatch(/^https:\/\/aws\.amazon\.com\/.+\/$/)
    expect(service).toMatch(/^(AWS|Amazon|aws)\w+$/)
    if (global) expect(usageType).toMatch(/^[A-Z][\w-]+$/)
    else expect(usageType).toMatch(/^(EU|eu-west-1)-/)
    const { usd, published } = figures[what as Priced]
    expect(usd / per).toBeGreaterThan(0)
    expect(published ?? '2026-01-01').toMatch(/^\d{4}-\d\d-\d\d$/)
  }
})

test('the report names the prices that were not read in the price list of AWS', () => {
  const markdown = costMarkdown(outlookOf(article, 1000), 'prod')
  for (const what of unread()) expect(markdown).toContain(what)
  expect(markdown).toContain(`AWS’s list prices of ${region}`)
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

test('mail servers ask a zone for four records of each mail, where the stage has them', () => {
  // 30,400 registrations × 1.5 mails × 4 queries, at $0.40 for a million.
  expect(costOf({ ...article, hasMailRecords: true }, 1000)['Route 53']).toBeCloseTo((182_400 * 0.4) / 1e6)
  expect(costOf(article, 1000)['Route 53']).toBe(0)
  const resource = { aws_sesv2_email_identity_mail_from_attributes: { it: { mail_from_domain: 'bounce.example.com' } } }
  expect(ofStack({ resource }, byContract).hasMailRecords).toBe(true)
  expect(ofStack({ resource: {} }, byContract).hasMailRecords).toBe(false)
})

test('Lambda costs memory times time', () => {
  const alone: Deployment = { ...article, functions: { register: 1024 } }
  // 30,400 invocations of half a second in 1 GB, and the invocations themselves.
  expect(costOf(alone, 1000).Lambda).toBeCloseTo(30_400 * 0.5 * 0.0000133334 + (30_400 * 0.2) / 1_000_000)
})

test('what is postponed costs three transitions and an invocation more', () => {
  // Half are reminded, and all of those are spread: 3 + 0.5 × 3 transitions, 1 + 0.5 invocations.
  expect(usage(postponing(0, 600))).toMatchObject({ transitions: 4.5, invocations: { reminder: 1.5 } })
  // Without a spread only those that fall due in the six quiet hours, which is a quarter of a day.
  expect(usage(postponing(6, 0))).toMatchObject({ transitions: 3.375, invocations: { reminder: 1.125 } })
  expect(usage(article)).toMatchObject({ transitions: 3, invocations: { reminder: 1 } })
})

test('each event that SES sends about a mail is published, received and written', () => {
  const notified: Deployment = { ...article, functions: { ...article.functions, feedback: 256 } }
  // 30,400 registrations × 1.5 mails × 2 events, at $0.50 for a million; and 5 alarms × 10 messages.
  expect(costOf(notified, 1000).SNS).toBeCloseTo(((91_200 + 50) * 0.5) / 1_000_000)
  expect(usage(notified).invocations.feedback).toBe(3)
  expect(costOf(notified, 1000).DynamoDB - costOf(article, 1000).DynamoDB).toBeCloseTo(
    (91_200 * (0.705 + 0.1415)) / 1e6,
  )
})

test('a queue of events costs their way through it, and the polling', () => {
  const queued: Deployment = { ...article, functions: { ...article.functions, feedback: 256 }, eventSources: 1 }
  // 91,200 events, each sent, received and deleted; five pollers, three times a minute; at $0.40 for a million.
  expect(costOf(queued, 1000).SQS).toBeCloseTo(((91_200 * 3 + 656_640) * 0.4) / 1e6)
  expect(costOf(article, 1000).SQS).toBe(0)
})

describe('events about customers', () => {
  const announcing: Deployment = { ...article, functions: { ...article.functions, announce: 256 } }

  test('are one for who registers, one for who confirms or lapses, and one for each reminder', () => {
    expect(usage(announcing).customerEvents).toBe(2.5)
    expect(usage({ ...waiting(1, 3), functions: announcing.functions }).customerEvents).toBe(3.5)
    expect(usage(article).customerEvents).toBe(0)
  })

  test('cost what is put on the bus, and the calls of each webhook', () => {
    // 30,400 registrations × 2.5 events, at $1.00 for a million, and $0.20 for a million calls.
    expect(costOf(announcing, 1000).EventBridge).toBeCloseTo(76_000 / 1e6, 6)
    expect(costOf({ ...announcing, webhooks: 1 }, 1000).EventBridge).toBeCloseTo((76_000 * 1.2) / 1e6, 6)
    expect(costOf({ ...article, webhooks: 1 }, 1000).EventBridge).toBe(0)
  })

  test('come from an invocation for each change of a customer, which reads and writes no table', () => {
    // Two writes of `register`, one for the 70 % who confirm, two of each reminder's visit, and 30 % who lapse.
    expect(usage(announcing).invocations.announce).toBeCloseTo(5)
    const { Lambda, DynamoDB } = costOf(announcing, 1000)
    expect(Lambda - costOf(article, 1000).Lambda).toBeCloseTo(
      152_000 * (0.25 * 0.04 * 0.0000133334 + 0.2 / 1_000_000),
      6,
    )
    expect(DynamoDB).toBe(costOf(article, 1000).DynamoDB)
    const recorded = { ...announcing, functions: { ...announcing.functions, feedback: 256 } }
    // And one for each of three events of mails.
    expect(usage(recorded).invocations.announce).toBeCloseTo(8)
  })

  test('are read from the plan: a stream is no queue that Lambda polls, and an API destination is a webhook', () => {
    const { eventSources, webhooks } = ofStack(
      {
        resource: {
          aws_lambda_event_source_mapping: { queue: {}, stream: { starting_position: 'TRIM_HORIZON' } },
          aws_cloudwatch_event_api_destination: { it: {} },
        },
      },
      byContract,
    )
    expect({ eventSources, webhooks }).toEqual({ eventSources: 1, webhooks: 1 })
    expect(ofStack({ resource: {} }, byContract)).toMatchObject({ eventSources: 0, webhooks: 0 })
  })
})

test('each metric that functions count costs a month of it', () => {
  expect(costOf(article, 1)['CloudWatch metrics']).toBeCloseTo(Object.keys(ownMetrics).length * 0.3)
  expect(costOf(article, 1_000_000)['CloudWatch metrics']).toBe(costOf(article, 1)['CloudWatch metrics'])
})

test('three dashboards cost nothing, and each of the others three dollars', () => {
  const cost = (dashboards: number) => costOf({ ...article, dashboards }, 1)['CloudWatch dashboards']
  expect([0, 1, 3, 4, 6].map(cost)).toEqual([0, 0, 0, 3, 9])
  expect(ofStack({ resource: { aws_cloudwatch_dashboard: { it: {}, other: {} } } }, byContract).dashboards).toBe(2)
})

test('the table has the services that the stage pays for with or without the plan, and no others', () => {
  const rows = (deployment: Deployment, before?: Deployment) =>
    costMarkdown(outlookOf(deployment, 1000, { before }), 'dev').match(/(?<=^\| )[A-Z][\w -]+(?= \| \$)/gm)
  const announcing = { ...article, functions: { ...article.functions, announce: 256 } }
  expect(rows(article)).not.toContain('EventBridge')
  expect(rows(article)).toContain('CloudWatch metrics')
  expect(rows(announcing)).toContain('EventBridge')
  expect(rows(article, announcing)).toContain('EventBridge')
  expect(rows({ ...article, hasMailRecords: true })).toContain('Route 53')
  expect(rows(article)).not.toContain('Route 53')
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
    expect(limit(article, 100_000, 'Open').expected).toBeCloseTo(100_000, -1)
    expect(limit(waiting(3), 100_000, 'Open').expected).toBeCloseTo(300_000, -1)
  })

  test('the quota of a million is passed at a million a day, and not at 900,000', () => {
    expect(isPassed(limit(article, 1_000_000, 'Open'))).toBe(true)
    expect(isPassed(limit(article, 900_000, 'Open'))).toBe(false)
    expect(isPassed(limit(waiting(2), 900_000, 'Open'))).toBe(true)
    expect(isPassed(limit(waiting(2), 900_000, 'Open', { openExecutions: 2_000_000 }))).toBe(false)
  })
})

test('at the end of the quiet hours all runs are open that fell due in them', () => {
  // 86,400 a day are one a second: a day of waiting, and half of those that fell due in ten hours and are then spread.
  expect(limit(postponing(10, hour), 86_400, 'Open').expected).toBeCloseTo(86_402 + 0.5 * 11 * hour)
})

test('StartExecution has half the rate outside the three big Regions', () => {
  expect(limit({ ...article, region: 'eu-west-1' }, 1, 'StartExecution').limit).toBe(300)
  expect(limit({ ...article, region: 'eu-central-1' }, 1, 'StartExecution').limit).toBe(150)
})

test("the hour when yesterday's peak comes back sends first mails and reminders at once", () => {
  // 36,000 a day: 3,600 in the busiest hour, twice that in clusters: 2 a second; half of yesterday's are reminded.
  expect(limit(article, 36_000, 'SES, when').expected).toBeCloseTo(2 + 1)
  expect(limit(waiting(1, 3), 36_000, 'SES, when').expected).toBeCloseTo(2 + 3)
})

test('in the morning come all reminders that the quiet hours held back', () => {
  // Of 96,000 a day a quarter falls due at night, and half of that is reminded: 12,000.
  const peak = (96_000 * 0.1 * 2) / hour
  expect(limit(postponing(6, 600), 96_000, 'SES, when').expected).toBeCloseTo(peak + 12_000 / 600)
  expect(limit(postponing(6, 0), 96_000, 'SES, when').expected).toBeCloseTo(peak + 12_000)
  expect(limit(postponing(6, 10 * hour), 96_000, 'SES, when').expected).toBeCloseTo(peak + peak / 2)
  expect(limit(postponing(6, 600), 96_000, 'SES, when').because).toContain('held back, over 600 s')
})

test('a function without registrations adds to no limit', () => {
  const idle = { ...article, functions: {} }
  expect(limit(idle, 1_000_000, 'Lambda').expected).toBe(0)
})

describe('what Lambda holds', () => {
  const rates = { perSecond: 7, burst: 100 }
  const whole: Deployment = {
    ...article,
    functions: { register: 512, confirm: 512, withdraw: 512, reminder: 256, feedback: 256, failures: 256 },
    throttled: rates,
    floods: { register: rates, confirm: { perSecond: 100, burst: 200 }, withdraw: { perSecond: 100, burst: 200 } },
  }
  const capped = { register: 110, confirm: 50, withdraw: 50 }
  const flooded = (changes: Partial<Deployment>, raised = {}) =>
    limit({ ...whole, ...changes }, 1, 'Lambda, with all', raised)
  const registrations = (changes: Partial<Deployment>, raised = {}) =>
    limit({ ...whole, ...changes }, 1, 'POST /registrations, in Lambda', raised)

  test('is the quota of the account: as the command line says, as the stage says, or the standard', () => {
    const quota = (changes: object, raised = {}) => limit({ ...whole, ...changes }, 1, 'Lambda conc', raised).limit
    expect(quota({})).toBe(1000)
    expect(quota({ accountConcurrency: 10 })).toBe(10)
    expect(quota({ accountConcurrency: 10 }, { concurrency: 500 })).toBe(500)
  })

  test('in a new account are twenty registrations a second, of half a second each', () => {
    expect(registrations({ accountConcurrency: 10 })).toMatchObject({
      limit: 20,
      because: '10 at once in an account of 10, each for 0.5 s; the API lets 7 a second through, and 100 at once',
    })
    expect(isPassed(limit({ ...whole, accountConcurrency: 10 }, 400_000, 'POST /registrations, in'))).toBe(true)
    expect(registrations({}).limit).toBe(2000)
    expect(registrations({ reserved: { register: 110 } })).toMatchObject({
      limit: 220,
      because: expect.stringContaining('110 at once in its reservation'),
    })
    expect(registrations({ reserved: { reminder: 300 } }).limit).toBe(1400)
  })

  test('may all be taken by a flood of the public routes, unless these have reservations', () => {
    // 100 + 7 × 0.5 s, 200 + 100 × 0.04 s and 200 + 100 × 0.05 s.
    expect(flooded({}).expected).toBeCloseTo(103.5 + 204 + 205)
    expect(isPassed(flooded({}))).toBe(false)
    expect(isPassed(flooded({ accountConcurrency: 10 }))).toBe(true)
    expect(isPassed(flooded({}, { concurrency: 512 }))).toBe(true)
    expect(isPassed(flooded({ reserved: { reminder: 500 } }))).toBe(true)
    expect(flooded({ reserved: capped })).toMatchObject({ expected: 0, limit: 790 })
    expect(flooded({ reserved: { register: 110, confirm: 50 } })).toMatchObject({ expected: 205, limit: 840 })
  })

  test('says what a flood would hold up, and what to do first in a small account', () => {
    const { title, why } = danger(flooded({ accountConcurrency: 10 }))
    expect(title).toBe('Lambda, with all public routes flooded: the limit is passed')
    expect(why).toBe(
      '513 at once are possible (what the API lets through to register, confirm and withdraw at once, and while one lasts), ' +
        'and 10 are available. Then reminder, feedback and failures are throttled: reminders are late or fail. ' +
        'Give the public functions reservations (reservedConcurrency in infra/src/settings.ts). ' +
        'An account of 10 can reserve nothing: ask AWS for more first (docs/deploy.md).',
    )
    expect(danger(flooded({}, { concurrency: 200 })).why).not.toContain('can reserve nothing')
  })

  test('is no risk where all that the public does not call has reservations, or nothing is public', () => {
    const names = limitsOf(
      { ...whole, accountConcurrency: 500, reserved: { reminder: 100, feedback: 50, failures: 1 } },
      1,
    ).map(({ name }) => name)
    expect(names).not.toContain('Lambda, with all public routes flooded')
    expect(limitsOf({ ...whole, floods: {} }, 1).map(({ name }) => name)).not.toContain(
      'Lambda, with all public routes flooded',
    )
  })

  test('may be more than a function has reserved of it', () => {
    const names = (reserved: Record<string, number>) =>
      limitsOf({ ...whole, reserved }, 3_600_000).map(({ name }) => name)
    // 200 a second in the busiest hour: as many runs resume, for a tenth of a second each.
    expect(names({ reminder: 19 })).toContain('Lambda concurrency of reminder')
    expect(names({ reminder: 100 })).not.toContain('Lambda concurrency of reminder')
    expect(names({ ...capped, register: 1 })).not.toContain('Lambda concurrency of register')
  })

  test('is a danger with the change that brings the risk, and none with the next', () => {
    const risky = { ...whole, accountConcurrency: 10 }
    const titles = (before?: Deployment) => limitDangers(outlookOf(risky, 1, { before })).map(({ title }) => title)
    expect(titles()).toHaveLength(1)
    expect(titles({ ...whole, reserved: capped })).toHaveLength(1)
    expect(titles(risky)).toEqual([])
    // What is expected stays one.
    const busy = limitDangers(outlookOf(risky, 10_000_000, { before: risky })).map(({ title }) => title)
    expect(busy).toContain('Lambda concurrency: the limit is passed')
  })

  test.each([
    [10, { register: 0 }, undefined],
    [10, {}, undefined],
    [1000, { register: 850, confirm: 50 }, undefined],
    [10, { register: 1 }, ['lets its functions reserve 0', 'minimum value of [10].', 'ask AWS for 101 ']],
    [1000, { register: 850, confirm: 51 }, ['reserve 900', 'minimum value of [100].', 'ask AWS for 1001 ']],
  ])('in an account of %s: reservations %j', (accountConcurrency, reserved, says) => {
    const dangers = reservationDangers(
      { ...whole, accountConcurrency, reserved: { ...reserved } as Record<string, number> },
      {},
    )
    expect(dangers).toHaveLength(says ? 1 : 0)
    for (const text of says ?? []) expect(dangers[0]?.why).toContain(text)
  })
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
  const output = { expected_registrations_per_day: { value: 4000 }, account_concurrency: { value: 10 } }
  const resources = {
    aws_sfn_state_machine: { definition, region: 'eu-central-1' },
    aws_lambda_function: {
      function_name: 'confirmation-reminder-dev-reminder',
      memory_size: 256,
      reserved_concurrent_executions: 3,
      environment: [{ variables: { QUIET_HOURS: '21:00-08:00 Europe/Berlin', SPREAD_SECONDS: '600' } }],
    },
    aws_dynamodb_table: { point_in_time_recovery: [{ enabled: true }] },
    aws_apigatewayv2_stage: {
      default_route_settings: [{ throttling_rate_limit: 20, throttling_burst_limit: 30 }],
      route_settings: [{ route_key: 'POST /registrations', throttling_rate_limit: 5, throttling_burst_limit: 9 }],
    },
    aws_cloudwatch_metric_alarm: {},
  }

  test('is read from a plan, and from what cdktf writes, to the same effect', () => {
    const planned = Object.entries(resources).map(([type, values]) => ({ type, values, mode: 'managed', name: 'it' }))
    const plan = planOf([], { planned_values: { root_module: { resources: planned }, outputs: output } })
    const stack = Object.fromEntries(Object.entries(resources).map(([type, values]) => [type, { it: values }]))
    const expected = {
      workflow: { waitSeconds: 10_800, tasks: 2, visits: 2, transitions: 5, postponable: false, known: true },
      quietSeconds: 11 * hour,
      spreadSeconds: 600,
      functions: { reminder: 256 },
      accountConcurrency: 10,
      reserved: { reminder: 3 },
      floods: {
        // POST, the route that answers 405, and that of challenges.
        register: { perSecond: 45, burst: 69 },
        confirm: { perSecond: 60, burst: 90 },
        withdraw: { perSecond: 60, burst: 90 },
      },
      alarms: 1,
      keys: 0,
      region: 'eu-central-1',
      pointInTimeRecovery: true,
      throttled: { perSecond: 5, burst: 9 },
      registrationsPerDay: 4000,
    }
    expect(ofPlan(plan, 'after', byContract)).toMatchObject(expected)
    expect(ofStack({ resource: stack, output }, byContract)).toMatchObject(expected)
  })

  test('has no reservation where Terraform says -1, and no throttle but AWS’s own where it says none', () => {
    const stack = {
      resource: {
        aws_lambda_function: { it: { function_name: 'x-register', reserved_concurrent_executions: -1 } },
        aws_apigatewayv2_stage: { it: {} },
      },
    }
    const { reserved, throttled } = ofStack(stack, byContract)
    expect(reserved).toEqual({})
    expect(throttled).toMatchObject({ perSecond: 10_000, burst: 5_000 })
  })

  test('falls back where the definition is known only after apply', () => {
    const values = { name: 'm' }
    const machine = { type: 'aws_sfn_state_machine', values, mode: 'managed', name: 'it' }
    const plan = planOf([], { planned_values: { root_module: { resources: [machine] } } })
    expect(ofPlan(plan, 'after', waiting(3)).workflow.waitSeconds).toBe(3 * 86_400)
  })
})

test('the table shows what the plan adds, and says which limit is passed', () => {
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

test('every usage of a registration is a positive number', () => {
  const { transitions, mails, requests, invocations } = usage(article)
  expect([transitions, mails, requests, ...Object.values(invocations)].every((times) => times > 0)).toBe(true)
})
