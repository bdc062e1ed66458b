import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { run } from './run.ts'

const folder = mkdtempSync(join(tmpdir(), 'plan-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the command in this process. */
function planReport(...options: string[]) {
  const printed = { stdout: '', stderr: '' }
  const to = (stream: keyof typeof printed) => (text: string) => {
    printed[stream] += text
  }
  const status = run(options, { print: to('stdout'), error: to('stderr') })
  return { status, ...printed }
}

/** Runs the command as its users do, in the folder of the plans. */
function planReportAsProcess(...options: string[]) {
  const tsx = pathToFileURL(require.resolve('tsx')).href
  const command = ['--import', tsx, join(__dirname, 'main.ts'), ...options]
  return spawnSync(process.execPath, command, { cwd: folder, encoding: 'utf8' })
}

test('what it costs and what it can take needs no plan; a limit that is passed fails', () => {
  const { stdout, status } = planReport('--cost', '--registrations', '1000000', '--stage', 'dev')
  expect(stdout).toMatch(
    /Cost and capacity of dev at 1,000,000 registrations a day[\s\S]*\| Open executions \| .* \*\*passed\*\*/,
  )
  expect(status).toBe(1)
  expect(planReport('--cost', '--registrations', '1000000', '--label', 'danger-accepted').status).toBe(2)
  expect(planReport('--cost', '--registrations', '100').status).toBe(0)
})

test('input that is no plan ends in one sentence, and in another exit code than danger', () => {
  writeFileSync(join(folder, 'broken.json'), '{"format_version":')
  expect(planReportAsProcess('broken.json')).toMatchObject({
    stdout: '',
    stderr:
      'plan-report: broken.json: This is not JSON. Make one with `terraform show -json <plan file> > plan.json`.\n',
    status: 2,
  })
  expect(planReportAsProcess('missing.json')).toMatchObject({ stdout: '', status: 2 })
  expect(planReportAsProcess('--stage', 'test', 'broken.json').stderr).toBe(
    'plan-report: --stage takes dev or prod, not "test".\n',
  )
})

test('the registrations are those that the stage expects, as its stack says', () => {
  const stack = join(folder, 'cdk.tf.json')
  writeFileSync(stack, JSON.stringify({ output: { expected_registrations_per_day: { value: 1234 } } }))
  expect(planReport('--cost', '--stack', stack).stdout).toContain(
    '#### Cost and capacity of prod at 1,234 registrations a day',
  )
  writeFileSync(stack, '{}')
  expect(planReport('--cost', '--stack', stack)).toMatchObject({
    stderr: expect.stringContaining('How many registrations a day? Say --registrations <n>'),
    status: 2,
  })
})

test('a limit that the plan passes is a danger like any other, and the headline says so', () => {
  const file = join(folder, 'plan.json')
  const outputs = { expected_registrations_per_day: { value: 10_000_000 } }
  const resources = [
    {
      type: 'aws_lambda_function',
      mode: 'managed',
      name: 'it',
      values: { function_name: 'x-register', memory_size: 512 },
    },
  ]
  const plan = { format_version: '1.2', resource_changes: [], planned_values: { root_module: { resources }, outputs } }
  writeFileSync(file, JSON.stringify(plan))
  const { stdout, status } = planReport('--cost', file)
  expect(stdout).toMatch(/^### prod: 3 dangers: no changes\./)
  expect(stdout).toContain('- **SES, daily quota: the limit is passed.** 10,000,000 a day are expected')
  expect(status).toBe(1)
  expect(planReport(file).status).toBe(0)
})

test('reservations that the account does not hold are a danger, with or without costs', () => {
  const file = join(folder, 'plan.json')
  const values = { function_name: 'x-register', memory_size: 512, reserved_concurrent_executions: 5 }
  const resources = [{ type: 'aws_lambda_function', mode: 'managed', name: 'it', values }]
  const outputs = { expected_registrations_per_day: { value: 1 }, account_concurrency: { value: 10 } }
  const plan = { format_version: '1.2', resource_changes: [], planned_values: { root_module: { resources }, outputs } }
  writeFileSync(file, JSON.stringify(plan))
  for (const options of [[], ['--cost']]) {
    const { stdout, status } = planReport(...options, file)
    expect(stdout).toContain('- **The reservations do not fit the account.** They add up to 5')
    expect(stdout).toContain("decreases account's UnreservedConcurrentExecution below its minimum value of [10].")
    expect(status).toBe(1)
  }
  expect(planReport('--quota', 'concurrency=1000', file).status).toBe(0)
})

test('what a definition says is not quoted where it is none: it may be sensitive', () => {
  const file = join(folder, 'plan.json')
  const resources = [
    { type: 'aws_sfn_state_machine', mode: 'managed', name: 'it', values: { definition: 'hunter2', name: 'hunter2' } },
  ]
  const plan = { format_version: '1.2', resource_changes: [], planned_values: { root_module: { resources } } }
  writeFileSync(file, JSON.stringify(plan))
  const { stdout, stderr, status } = planReport('--cost', '--registrations', '1', file)
  expect(stdout + stderr).not.toContain('hunter2')
  expect(status).toBe(0)
})

test('a plan that has lost its state fails beside a base that has lost it too, and no option accepts it', () => {
  const file = join(folder, 'plan.json')
  const change = { actions: ['create'], before: null, after: { name: 'x-notify' } }
  const created = { address: 'aws_sns_topic.it', mode: 'managed', type: 'aws_sns_topic', name: 'it', change }
  writeFileSync(file, JSON.stringify({ format_version: '1.2', resource_changes: [created] }))
  const { stdout, status } = planReport('--base', file, file)
  expect(stdout).toMatch(
    /^### prod: 1 danger: this plan adds nothing\. 1 change of the base branch would be applied with it\.\n/,
  )
  expect(stdout).toContain('- **The state is empty: this plan creates the whole stage.** If the stage exists, do not')
  expect(status).toBe(1)
  expect(planReport('--base', file, '--labels', 'danger-accepted', file).status).toBe(2)
})

test('the summary of a run is cut to what GitHub accepts, and keeps its danger', () => {
  const file = join(folder, 'long.json')
  const alarm = (index: number, threshold: number) => ({ alarm_name: `alarm ${'€'.repeat(200)} ${index}`, threshold })
  const resource_changes = Array.from({ length: 2000 }, (_, index) => ({
    ...{ address: `aws_cloudwatch_metric_alarm.a${index}`, mode: 'managed' },
    ...{ type: 'aws_cloudwatch_metric_alarm', name: `a${index}` },
    change: { actions: ['update'], before: alarm(index, 1), after: alarm(index, 2) },
  }))
  const table = { address: 'aws_dynamodb_table.it', mode: 'managed', type: 'aws_dynamodb_table', name: 'it' }
  const deletion = { ...table, change: { actions: ['delete'], before: { name: 'customers' }, after: null } }
  writeFileSync(file, JSON.stringify({ format_version: '1.2', resource_changes: [...resource_changes, deletion] }))
  const { stdout, status } = planReport('--summary', file)
  expect(Buffer.byteLength(planReport(file).stdout)).toBeGreaterThan(2 ** 20)
  expect(Buffer.byteLength(stdout)).toBeLessThanOrEqual(2 ** 20)
  expect(stdout).toContain('- **Table `customers` is destroyed.**')
  expect(stdout).toContain('This report has no space for Alarms.')
  expect(status).toBe(1)
})

test('it helps', () => {
  expect(planReportAsProcess('--help')).toMatchObject({
    stdout: expect.stringContaining('Usage: npm run plan-report'),
    status: 0,
  })
})
