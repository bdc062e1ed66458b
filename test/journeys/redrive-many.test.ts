import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { type ExecutionListItem, paginateListExecutions, SFNClient } from '@aws-sdk/client-sfn'
import { LocalCloud } from '../local-cloud.ts'
import { startOf } from '../programs.ts'
import { registerAll } from '../register-all.ts'
import { stateMachineOf } from '../state-machine.ts'

let cloud: LocalCloud
let states: SFNClient
let stateMachineArn: string | undefined

beforeAll(async () => {
  cloud = await LocalCloud.start()
  states = new SFNClient(cloud.client)
  stateMachineArn = await stateMachineOf(states)
})
afterAll(async () => {
  states?.destroy()
  await cloud?.dispose()
})

/** The command as its users start it. */
function start(...options: string[]) {
  const child = spawn(process.execPath, [...startOf('redrive'), '--stage', 'local', '--since', '5d', ...options], {
    env: { ...process.env, AWS_ENDPOINT_URL: cloud.cloudUrl },
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { child, ended: ended.then(([stdout, stderr, [code]]) => ({ code, stdout, stderr })) }
}

const redrive = (...options: string[]) => start(...options).ended

async function runs(): Promise<ExecutionListItem[]> {
  const found: ExecutionListItem[] = []
  for await (const { executions = [] } of paginateListExecutions({ client: states }, { stateMachineArn })) {
    found.push(...executions)
  }
  return found
}

/** How many runs have a status and were redriven this often, as in `{ 'FAILED 0': 60 }`. */
async function counted(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const { status, redriveCount } of await runs()) {
    counts[`${status} ${redriveCount}`] = (counts[`${status} ${redriveCount}`] ?? 0) + 1
  }
  return counts
}

/** Lets every run end: on a slow machine a function may time out, and is retried. */
async function endAll(): Promise<void> {
  await cloud.skip(0)
  const isOpen = async () => Object.keys(await counted()).some((key) => key.startsWith('RUNNING'))
  for (let hour = 0; hour < 72 && (await isOpen()); hour++) await cloud.skip(3600)
}

const addresses = (count: number, name: string) => Array.from({ length: count }, (_, n) => `${name}-${n}@example.com`)
const refused = addresses(40, 'refused')
const doubtful = addresses(20, 'doubtful')
const confirmation = 'Please confirm your email address for Example dev'
const reminder = 'Reminder: please confirm your email address for Example dev'

/** The subjects of the mails to each of these customers, without repetitions of the same list. */
async function received(emails: string[]): Promise<string[]> {
  const mails = await cloud.mails()
  const lists = emails.map((email) => mails.filter(({ to }) => to.includes(email)).map(({ subject }) => subject))
  return [...new Set(lists.map((subjects) => subjects.join(', ')))]
}

/** Without its first line, which names the moment. */
const table = (stdout: string) => stdout.trimEnd().split('\n').slice(1)

test('many failed runs are redriven by several commands: each run once, and each customer gets one reminder', async () => {
  await registerAll(cloud, [...refused, ...doubtful])
  const send = { service: 'ses', action: 'SendRawEmail', kind: 'error', rate: 1 }
  const faults = [
    { ...send, error: 'MessageRejected', match: 'refused-' },
    // SES does not say whether it sends: after three claims, a person has to decide.
    { ...send, error: 'ServiceUnavailable', match: 'doubtful-' },
  ]
  expect((await cloud.control('PUT', 'faults', faults)).status).toBe(200)
  await cloud.skipDays(1)
  await endAll()
  expect(await counted()).toEqual({ 'FAILED 0': 60 })
  await cloud.control('PUT', 'faults', [])

  // A dry run changes nothing, and counts by error.
  const left = 'left for you to decide (docs/runbook.md); to redrive: --error SendInDoubt'
  const dry = await redrive('--dry-run')
  expect(dry.code).toBe(3)
  expect(table(dry.stdout)).toEqual([
    '40  MailRefused  would be redriven',
    `20  SendInDoubt  ${left}`,
    'Nothing was redriven. It would take 40 s.',
  ])
  const other = await redrive('--dry-run', '--error', 'MailThrottled')
  expect(other.code).toBe(0)
  expect(table(other.stdout)).toEqual([
    '40  MailRefused  not selected',
    '20  SendInDoubt  not selected',
    'None of them ended with MailThrottled.',
  ])
  expect(await counted()).toEqual({ 'FAILED 0': 60 })

  // Ctrl-C stops it between two runs, and it says how to continue.
  const slow = start()
  while ((await runs()).every(({ redriveCount }) => redriveCount === 0)) await pause(100)
  slow.child.kill('SIGINT')
  const interrupted = await slow.ended
  expect(interrupted).toMatchObject({
    code: 130,
    stdout: expect.stringMatching(/^Failed runs of local since \S+Z:\n *\d+ {2}MailRefused {2}redriven\n$/),
    stderr: expect.stringMatching(/To continue: npm run redrive -- --stage local --since 20\d\d-\S+Z\n$/),
  })

  // Two at once, throttled, and with answers that are lost: together they redrive what is left.
  const trouble = { service: 'states', rate: 0.1 }
  await cloud.control('PUT', 'faults', [
    { ...trouble, action: 'DescribeExecution', kind: 'error', error: 'ThrottlingException' },
    { ...trouble, action: 'ListExecutions', kind: 'error', error: 'ThrottlingException' },
    { ...trouble, action: 'RedriveExecution', kind: 'dropAfterEffect' },
  ])
  for (const { code, stdout } of await Promise.all([redrive('--per-second', '20'), redrive('--per-second', '20')])) {
    expect(stdout).toContain(`20  SendInDoubt  ${left}\n`)
    expect(stdout).not.toContain('cannot be redriven')
    expect(code).toBe(3)
  }
  await cloud.control('PUT', 'faults', [])
  await endAll()
  expect(await counted()).toEqual({ 'SUCCEEDED 1': 40, 'FAILED 0': 20 })
  expect(await received(refused)).toEqual([`${confirmation}, ${reminder}`])
  expect(await received(doubtful)).toEqual([confirmation])

  // Only a person who names the error redrives the runs in doubt; after a day, the reminder is sent again.
  await cloud.skipDays(1)
  const named = ['--error', 'SendInDoubt', '--per-second', '20']
  for (const { code } of await Promise.all([redrive(...named), redrive(...named)])) expect(code).toBe(0)
  await endAll()
  expect(await counted()).toEqual({ 'SUCCEEDED 1': 60 })
  expect(await received([...refused, ...doubtful])).toEqual([`${confirmation}, ${reminder}`])
  const after = await redrive()
  expect(after).toMatchObject({ code: 0, stdout: expect.stringMatching(/^No run of local has failed since \S+Z\.\n$/) })
})
