import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { functionNames } from '@confirmation-reminder/contracts/functions'
import { funnel, ownMetrics } from '@confirmation-reminder/contracts/metrics'
import { stages } from '@confirmation-reminder/contracts/stages'
import { type Arguments, only, resources, terraformOf } from './test/terraform.ts'

const withWebhook = { events: { webhook: 'https://hooks.example.com/customers' } }

interface Widget {
  type: string
  x: number
  y: number
  width: number
  height: number
  properties: Arguments
}

const widgetsOf = (terraform: ReturnType<typeof terraformOf>): Widget[] =>
  JSON.parse(only(terraform, 'aws_cloudwatch_dashboard').dashboard_body).widgets
const titled = (widgets: Widget[], title: string) =>
  widgets.find(({ properties }) => properties.title === title)?.properties

/** The metrics of all widgets, each once: the namespace, the name, and the dimensions by name. */
function metricsOf(widgets: Widget[]) {
  const found = new Map<string, { namespace: string; name: string; dimensions: Record<string, string> }>()
  for (const { properties } of widgets) {
    for (const parts of (properties.metrics ?? []) as unknown[][]) {
      const [namespace = '', name = '', ...rest] = parts.filter((part) => typeof part === 'string')
      if (namespace === '') continue
      const pairs = rest.flatMap((text, index) => (index % 2 === 0 ? [[text, rest[index + 1] ?? '']] : []))
      found.set(JSON.stringify([namespace, name, rest]), { namespace, name, dimensions: Object.fromEntries(pairs) })
    }
  }
  return [...found.values()]
}

/** Every metric of AWS that a dashboard may show, as CloudWatch spells it, with its dimension: a misspelt one would stay empty. */
const known: Record<string, { names: string[]; dimension?: string }> = {
  'AWS/States': {
    names: [
      ...['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'],
      'ExecutionThrottled',
    ],
    dimension: 'StateMachineArn',
  },
  'AWS/Lambda': { names: ['Errors', 'Throttles', 'Duration', 'IteratorAge'], dimension: 'FunctionName' },
  'AWS/ApiGateway': { names: ['Count', '5xx'], dimension: 'ApiId' },
  'AWS/SQS': { names: ['ApproximateNumberOfMessagesVisible', 'ApproximateAgeOfOldestMessage'], dimension: 'QueueName' },
  'AWS/SES': {
    names: ['Send', 'Bounce', 'Complaint', 'Reject', 'Reputation.BounceRate', 'Reputation.ComplaintRate'],
  },
}

describe.each(stages)('in %s', (stage) => {
  const terraform = terraformOf(stage, withWebhook)
  const widgets = widgetsOf(terraform)
  const metrics = metricsOf(widgets)

  test('one dashboard has the name that people know', () => {
    expect(only(terraform, 'aws_cloudwatch_dashboard').dashboard_name).toBe('confirmation-reminder')
  })

  test('it shows metrics that functions count or AWS publishes, and no others', () => {
    const own = metrics.filter(({ namespace }) => namespace === 'confirmation-reminder')
    expect(own.map(({ name }) => name)).toEqual(
      Object.keys(funnel).map((key) => ownMetrics[key as keyof typeof funnel]),
    )
    expect(own.every(({ dimensions }) => Object.keys(dimensions).length === 0)).toBe(true)
    const published = metrics.filter((one) => !own.includes(one))
    for (const { namespace, name, dimensions } of published) {
      const { names, dimension } = known[namespace] ?? { names: [] }
      expect([namespace, names.includes(name) ? name : `not ${name}`]).toEqual([namespace, name])
      expect(Object.keys(dimensions)).toEqual(dimension ? [dimension] : [])
      // Of a resource of this stack, by reference.
      for (const value of Object.values(dimensions)) expect(value).toMatch(/^\$\{aws_[\w.-]+\}$/)
    }
    expect(new Set(published.map(({ namespace }) => namespace))).toEqual(new Set(Object.keys(known)))
  })

  test('the errors, throttles and durations of every function, and every queue whose messages raise an alarm', () => {
    const of = (wanted: string) =>
      metrics.filter(({ name }) => name === wanted).map(({ dimensions }) => Object.values(dimensions)[0])
    const names = functionNames.map((name) => `\${aws_lambda_function.${name}_function.function_name}`)
    for (const name of ['Errors', 'Throttles', 'Duration']) expect(of(name).sort()).toEqual([...names].sort())
    const watched = resources(terraform, 'aws_cloudwatch_metric_alarm').flatMap(([, { namespace, dimensions }]) =>
      namespace === 'AWS/SQS' ? [dimensions.QueueName] : [],
    )
    expect(new Set(of('ApproximateNumberOfMessagesVisible'))).toEqual(new Set(watched))
  })

  test('it costs nothing, as one of three with at most 50 metrics', () => {
    expect(metrics.length).toBeLessThanOrEqual(50)
  })

  test('every alarm of its Region is on it', () => {
    const alarms = resources(terraform, 'aws_cloudwatch_metric_alarm').filter(([, { region }]) => region === undefined)
    const { alarms: shown } = titled(widgets, 'Alarms') ?? {}
    expect([...shown].sort()).toEqual(alarms.map(([name]) => `\${aws_cloudwatch_metric_alarm.${name}.arn}`).sort())
    // CloudWatch's limit for a widget.
    expect(shown.length).toBeLessThanOrEqual(100)
  })

  test('widgets fill rows of 24 columns and do not overlap', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, index) => `${x + (index % width)} ${y + Math.floor(index / width)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(cells.length % 24).toBe(0)
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24)
  })
})

test('numbers are of the whole time that is chosen, and the share is of the confirmations', () => {
  const widgets = widgetsOf(terraformOf('prod'))
  const whole = { view: 'singleValue', setPeriodToTimeRange: true, stat: 'Sum' }
  expect(titled(widgets, 'Registrations')).toMatchObject(whole)
  const { metrics, ...share } = titled(widgets, 'What the reminder brings') ?? {}
  expect(share).toMatchObject(whole)
  expect(metrics).toEqual([
    ['confirmation-reminder', 'ConfirmedBeforeReminder', expect.objectContaining({ id: 'before', visible: false })],
    ['confirmation-reminder', 'ConfirmedAfterReminder', expect.objectContaining({ id: 'after', visible: false })],
    [expect.objectContaining({ expression: 'IF(before + after > 0, 100 * after / (before + after))' })],
  ])
})

test('a stage without a webhook shows none, and each metric is of the Region of the stage', () => {
  const region = 'eu-central-1'
  const widgets = widgetsOf(terraformOf('dev', { region }))
  expect(JSON.stringify(widgets)).not.toContain('webhook')
  for (const { type, properties } of widgets) if (type === 'metric') expect(properties.region).toBe(region)
})

test('a function counts in every metric that there is', () => {
  const folder = join(__dirname, '..', '..', 'functions')
  const sources = functionNames.flatMap((name) =>
    readdirSync(join(folder, name, 'src'))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => readFileSync(join(folder, name, 'src', file), 'utf8')),
  )
  const uncounted = Object.keys(ownMetrics).filter(
    (key) => !sources.some((source) => new RegExp(`ownMetrics\\.${key}\\b`).test(source)),
  )
  expect(uncounted).toEqual([])
})
