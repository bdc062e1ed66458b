import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorNames } from '@confirmation-reminder/contracts/errors'
import { type Outage, outages } from '@confirmation-reminder/contracts/outages'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { checkSettings } from '../check-settings.ts'
import type { Settings } from '../settings.ts'
import { settings } from '../test/settings.ts'
import { resources, terraformOf } from '../test/terraform.ts'

const runbook = readFileSync(join(__dirname, '../../../docs/runbook.md'), 'utf8')
const headings = [...runbook.matchAll(/^(#+) (.+)$/gm)].map(([, { length: depth } = '', title = '']) => ({
  depth,
  title,
}))
/** As GitHub makes fragments of headings. */
const fragment = (heading: string) => heading.toLowerCase().replaceAll(' ', '-')

const machineArn = 'arn:aws:states:ap-southeast-1:111122223333:stateMachine:confirmation-reminder'

// With all that a stage may have.
const everything = { events: { webhook: 'https://hooks.example.com/customers' } }
const posts = stages.flatMap((stage) => postsOf(stage, everything))

function postsOf(stage: Stage, changes: Partial<Settings> = {}) {
  const alarms = resources(terraformOf(stage, changes), 'aws_cloudwatch_metric_alarm')
  return alarms.map(([address, { alarm_description }]) => ({
    stage,
    id: address.replace(/^alarms_/, ''),
    // References at the length that they have on AWS.
    text: (alarm_description as string)
      .replaceAll('${aws_sfn_state_machine.workflow_machine.arn}', machineArn)
      .replaceAll(/\$\{aws_lambda_function\.(\w+)_function\.function_name\}/g, `confirmation-reminder-${stage}-$1`),
  }))
}

test('each alarm has a section of the runbook, and each of these sections an alarm', () => {
  const sections = headings.filter(({ depth }) => depth === 3).map(({ title }) => title)
  for (const stage of stages) {
    const alarms = posts.filter((post) => post.stage === stage).map(({ id }) => id)
    expect([...alarms].sort()).toEqual([...sections].sort())
  }
})

describe.each(posts)('$id in $stage', ({ stage, id, text }) => {
  test('links to its section and to the console, and names the owner', () => {
    expect(text).toContain(`<${settings[stage].runbookUrl}#${fragment(id)}|Runbook>`)
    expect(text).toMatch(/<https:\/\/[a-z0-9-]+\.console\.aws\.amazon\.com\/[^|>\s]+\|[^|>]+>/)
    expect(text).toContain(settings[stage].owner)
  })

  test('says what it means for customers and three things to do, within what CloudWatch takes', () => {
    expect(text).toMatch(/^\*For customers\*: [^\n]{20,}\n\*First\*:\n1\. [^\n]+\n2\. [^\n]+\n3\. [^\n]+\n<[^\n]+$/)
    expect(text.length).toBeLessThanOrEqual(1024)
    expect(text).not.toContain('${')
  })
})

test.each(['article', 'quiet'] as const)(
  'the longest settings that may be fit into what CloudWatch takes, in %s',
  (alarmStyle) => {
    const longest = { owner: 'o'.repeat(80), runbookUrl: 'https://'.padEnd(259, 'r') }
    expect(() => checkSettings('prod', { ...settings.prod, ...longest })).not.toThrow()
    for (const { text } of postsOf('prod', { alarmStyle, ...longest })) expect(text.length).toBeLessThanOrEqual(1024)
  },
)

test.each([
  ['ExecutionsTimedOut', 'TIMED_OUT'],
  ['ExecutionsFailed', 'FAILED'],
  ['ExecutionsAborted', 'ABORTED'],
])('%s links to the runs that are %s', (id, status) => {
  const filtered = `#/statemachines/view/${machineArn}?statusFilter=${status}|`
  for (const post of posts.filter((post) => post.id === id)) expect(post.text).toContain(filtered)
})

test.each(Object.values(errorNames))('the table of errors says what to do about %s', (name) => {
  expect(runbook).toMatch(new RegExp(`^\\|[^|]*\`${name}\`[^|]*\\| [^|]{20,} \\|$`, 'm'))
})

test('the table of outages has the lines of the contract', () => {
  const lines = Object.values<Outage>(outages).map(
    ({ fault, survived, endedBy, alarm, failsAs }) =>
      `| ${fault} | ${survived / 3600} h | ${endedBy} | [${alarm}](#${fragment(alarm)}) | \`${failsAs}\` |`,
  )
  expect(runbook).toContain(`\n|---|---|---|---|---|\n${lines.join('\n')}\n\n`)
  const alarms = posts.map(({ id }) => id)
  for (const { alarm } of Object.values<Outage>(outages)) expect(alarms).toContain(alarm)
})

test('links within the runbook lead to a heading', () => {
  const links = [...runbook.matchAll(/\]\(#([^)]+)\)/g)].map(([, target]) => target)
  expect(links.length).toBeGreaterThan(5)
  expect(headings.map(({ title }) => fragment(title))).toEqual(expect.arrayContaining(links))
})

test('a command works on the local cloud, or says that it does not', () => {
  const blocks = [...runbook.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)
  const everywhere = blocks.filter((block) => !block.trimStart().startsWith('# On AWS only\n'))
  const commands = everywhere.flatMap((block) =>
    [...block.matchAll(/\baws ([a-z0-9]+ [a-z-]+)/g)].map(([, name]) => name),
  )
  expect([...new Set(commands)].sort()).toEqual([
    'cloudwatch describe-alarm-history',
    'cloudwatch describe-alarms',
    'cloudwatch get-dashboard',
    'cloudwatch set-alarm-state',
    'dynamodb scan',
    'lambda delete-function-concurrency',
    'lambda get-account-settings',
    'lambda get-function-concurrency',
    'lambda list-functions',
    'lambda list-versions-by-function',
    'lambda put-function-concurrency',
    'lambda update-alias',
    'logs filter-log-events',
    'ses get-send-quota',
    'sqs get-queue-attributes',
    'sqs get-queue-url',
    'sqs list-message-move-tasks',
    'sqs purge-queue',
    'sqs receive-message',
    'sqs set-queue-attributes',
    'sqs start-message-move-task',
    'stepfunctions describe-execution',
    'stepfunctions get-execution-history',
    'stepfunctions list-executions',
    'stepfunctions list-state-machines',
    'stepfunctions redrive-execution',
    'stepfunctions stop-execution',
  ])
})
