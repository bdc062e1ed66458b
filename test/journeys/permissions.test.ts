import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient, StartExecutionCommand, StopExecutionCommand } from '@aws-sdk/client-sfn'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { DeployedFunction } from '@confirmation-reminder/cli/ship/deployed-function'
import { rollBack } from '@confirmation-reminder/cli/ship/rollback'
import { statusOf } from '@confirmation-reminder/cli/ship/status'
import { type FunctionName, functionNames, functions } from '@confirmation-reminder/contracts/functions'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { buildOf, clientsIn, shipInProcess } from '../in-process.ts'
import { LocalCloud, tokenIn } from '../local-cloud.ts'
import { neverSent, remindersTo, setFaults } from '../lost-evidence.ts'
import { isExplained } from '../permissions/explained.ts'
import { type Granted, grantedIn } from '../permissions/granted.ts'
import { faultsIn, usedBy, usesIn } from '../permissions/used.ts'
import { stateMachineOf } from '../state-machine.ts'
import { stackOf } from '../synthesise.ts'

/*
 * Each action is taken out of each statement in turn: then what needs it must fail, and the refusal must name the role and
 * the action. What nothing here needs, such as a second grant of the same, is explained in test/permissions/explained.ts, or
 * must be removed from the Terraform.
 */

const day = 86_400
const hour = 3_600

let cloud: LocalCloud
let lambda: LambdaClient
let logs: CloudWatchLogsClient
let states: SFNClient
let sqs: SQSClient
const recordsOfAll = process.env.PERMISSION_USAGE
const records = recordsOfAll ?? mkdtempSync(join(tmpdir(), 'permissions-'))
beforeAll(async () => {
  process.env.PERMISSION_USAGE = records
  cloud = await LocalCloud.start()
  lambda = new LambdaClient(cloud.client)
  logs = new CloudWatchLogsClient(cloud.client)
  states = new SFNClient(cloud.client)
  sqs = new SQSClient(cloud.client)
})
afterAll(async () => {
  for (const client of [lambda, logs, states, sqs]) client?.destroy()
  await cloud?.dispose()
  if (recordsOfAll === undefined) rmSync(records, { recursive: true, force: true })
})

/** What shows that a role can do its work. Resolves with false, or rejects, if it cannot. */
type Journey = () => Promise<boolean>

let people = 0
const someone = () => `someone-${++people}@example.com`
/** An address whose mails SES's simulator sends back. */
const bouncing = () => `bounce+${++people}@simulator.amazonses.com`

/** An address that has registered, and the token of its mail. */
async function registered(email = someone()) {
  expect((await cloud.register(email)).status).toBe(202)
  const [mail] = await cloud.mails(email)
  return { email, token: mail ? tokenIn(mail) : '' }
}

/** A second registration reads what the first has stored. */
const registers: Journey = async () => {
  const email = someone()
  if ((await cloud.register(email)).status !== 202) return false
  await cloud.skip(60)
  return (await cloud.register(email)).status === 202
}
const confirms = async (token: string) => (await cloud.confirm(token)).status === 200
const withdraws = async (token: string) => (await cloud.withdraw(token)).status === 200

const reminds = async (email: string) => {
  await cloud.skip(day)
  return (await remindersTo(cloud, [email]))[0] === 1
}

/** A claim without a mail: the reminder is sent once the queues have been seen empty. */
const remindsAfterSilence = async (email: string) => {
  await setFaults(cloud, neverSent(1))
  await cloud.skip(day + 8 * hour)
  await setFaults(cloud)
  return (await remindersTo(cloud, [email]))[0] === 1
}

/** The events of a mail leave their queue when they are recorded, as that the address takes no mail. */
const recordsEvents: Journey = async () => {
  await registered(bouncing())
  await cloud.skip(60)
  const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const QueueUrl = `${cloud.cloudUrl}/0/${resourceName('dev', 'mail-events')}`
  const { Attributes = {} } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }))
  return names.every((name) => Attributes[name] === '0')
}

/** A run that is aborted is posted with the state in which it was. */
const posts: Journey = async () => {
  await cloud.skip(hour)
  const before = (await cloud.slack()).length
  const stateMachineArn = await stateMachineOf(states)
  const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn, name: `run-${++people}` }))
  await states.send(new StopExecutionCommand({ executionArn }))
  await cloud.skip(1)
  return (await cloud.slack()).slice(before).some(({ text }) => text.includes('*State*: `'))
}

/** How many lines of a function's log group match a pattern. */
async function linesOf(name: FunctionName, filterPattern: string): Promise<number> {
  const logGroupName = `/aws/lambda/${resourceName('dev', name)}`
  return (await logs.send(new FilterLogEventsCommand({ logGroupName, filterPattern }))).events?.length ?? 0
}

/** A registration is on the event bus. */
const announces: Journey = async () => {
  const before = await linesOf('announce', '"announced"')
  await registered()
  await cloud.skip(60)
  return (await linesOf('announce', '"announced"')) > before
}

/** What a function prints is in its log group. */
const writesLog = async (name: FunctionName) => {
  // Without Lambda's own lines.
  const lines = () => linesOf(name, '-"RequestId: "')
  const before = await lines()
  await lambda.send(new InvokeCommand({ FunctionName: resourceName('dev', name), Payload: '{}' }))
  return (await lines()) > before
}

let builds = 0
/** A status, a ship and a rollback in the role of the team. */
const ships = async (name: FunctionName) => {
  const credentials = { accessKeyId: `as-${resourceName('dev', name)}-ship`, secretAccessKey: 'any' }
  const client = { ...cloud.client, credentials, maxAttempts: 1 }
  const clients = clientsIn(cloud, {
    lambda: new LambdaClient(client),
    cloudWatchOf: () => new CloudWatchClient(client),
    states: new SFNClient(client),
  })
  const target = new DeployedFunction(clients.lambda, resourceName('dev', name), clients.pollMs)
  const status = await statusOf(target, clients)
  const { live } = await target.read()
  await shipInProcess(clients, buildOf(name, ++builds))
  await rollBack(target, await target.read(), live.Version ?? '')
  // Runs call the reminder: its team reads whether some wait.
  return name !== 'reminder' || !status.join().includes('cannot be read')
}

/** Prepares a customer, who needs every grant, before the grant is taken away. */
const withCustomer = (journey: (customer: Awaited<ReturnType<typeof registered>>) => Promise<boolean>) => async () => {
  const customer = await registered()
  return () => journey(customer)
}
const alone = (journey: Journey) => async () => journey

/** The journey that needs a grant; each prepares first what is not about the grant. */
function journeyOf(role: string, action: string): (() => Promise<Journey>) | undefined {
  const of = (name: FunctionName) => resourceName('dev', name)
  const name = functionNames.find((one) => role === of(one))
  if (name && action.startsWith('logs:')) return alone(() => writesLog(name))
  const shipped = functionNames.find((one) => role === `${of(one)}-ship`)
  if (shipped) return alone(() => ships(shipped))
  switch (role) {
    case of('register'):
      return alone(registers)
    case of('confirm'):
      return withCustomer(({ token }) => confirms(token))
    case of('withdraw'):
      return withCustomer(({ token }) => withdraws(token))
    case of('feedback'):
      return alone(recordsEvents)
    case of('announce'):
      return alone(announces)
    case of('failures'):
      return alone(posts)
    case of('reminder'):
      return withCustomer(({ email }) => (action.startsWith('sqs:') ? remindsAfterSilence(email) : reminds(email)))
    default:
      return action === 'lambda:InvokeFunction' ? withCustomer(({ email }) => reminds(email)) : undefined
  }
}

const grants = grantedIn(stackOf('dev'))
// What teams ship, replaces the functions that the other roles need.
const needed = grants
  .filter((one) => !isExplained(one))
  .sort((a, b) => Number(a.role.endsWith('-ship')) - Number(b.role.endsWith('-ship')))
/** How a test is named after a grant. */
const placeOf = ({ action, policy, statement }: Granted) => `${action} of policy ${policy}, statement ${statement}`

// The refusal was printed before the journey failed. It only has to arrive.
const mostSecondsToArrive = 60

/**
 * Resolves when the cloud has printed that it refused this to the role and, if the role is a function's, when the log of the
 * function says so too.
 * @throws Error with what it printed instead
 */
async function isRefused({ role, action }: Granted, before: number): Promise<void> {
  const refusal = `assumed-role/${role}/[\\w-]+'? is not authorized to perform:? \`?${action.replace('*', '')}['\\s]`
  // A function whose log cannot be written says nothing, on AWS too.
  const inLog = functionNames.some((name) => role === resourceName('dev', name)) && !action.startsWith('logs:')
  const wanted = [`^IAM refuses .*${refusal}`, ...(inLog ? [`^${role}  .*${refusal}.*on resource`] : [])]
  const end = performance.now() + mostSecondsToArrive * 1000
  const missing = () => {
    const printed = cloud.output.slice(before)
    return wanted.filter((one) => !new RegExp(one, 'im').test(printed))
  }
  while (missing().length > 0) {
    if (performance.now() > end) {
      const printed = cloud.output.slice(before)
      throw new Error(
        `Something failed, and nothing says ${missing().join(' or ')}. The local cloud printed:\n${printed}`,
      )
    }
    await pause(20)
  }
}

const withhold = (missing: object[]) => cloud.control('PUT', 'permissions', missing)
const succeeds = (journey: Journey) => journey().catch(() => false)

test('every grant is needed by a journey, or explained', () => {
  const roles = new Set(grants.map(({ role }) => role))
  // The functions, their teams, the state machine and Chatbot.
  expect(roles.size).toBe(2 * functionNames.length + 2)
  expect(needed.filter(({ role, action }) => !journeyOf(role, action))).toEqual([])
})

describe.each([...new Set(needed.map(({ role }) => role))])('%s', (role) => {
  const ofRole = needed.filter((one) => one.role === role)

  test('does its work with all of its grants', async () => {
    for (const { action } of ofRole) {
      const prepare = journeyOf(role, action)
      const journey = (await prepare?.()) ?? (async () => false)
      expect([action, await journey()]).toEqual([action, true])
    }
  })

  test.each(ofRole.map((grant) => [placeOf(grant), grant] as const))(
    'cannot do its work without %s',
    async (_, grant) => {
      const { action, policy, statement } = grant
      const journey = (await journeyOf(role, action)?.()) ?? (async () => true)
      const before = cloud.output.length
      const answer = await withhold([{ role, action, policy, statement }])
      try {
        if (answer.status === 400) {
          // Lambda reads no queue and no stream without the grant: it refuses the change.
          const name = action.replace(/^\w+:/, '')
          const { detail } = (await answer.json()) as { detail: string }
          const lacks = `:role/${role} (?:on |lacks (?:\\w+:)?${name}\\b)`
          expect(detail).toMatch(new RegExp(`would be refused by Lambda\\. .*\\b${name}\\b.*${lacks}`))
          return
        }
        expect(answer.status).toBe(200)
        expect(await succeeds(journey)).toBe(false)
        await isRefused(grant, before)
      } finally {
        await setFaults(cloud)
        await withhold([])
        // What was left undone is done, before the next grant is taken away.
        await cloud.skip(6 * functions.feedback.timeoutSeconds + 60)
      }
    },
  )
})

test('no explained grant is used, and no statement that the report does not know', () => {
  const uses = usesIn(records).filter(({ user }) => user.endsWith('/permissions.test.ts'))
  expect(uses.length).toBeGreaterThan(needed.length / 2)
  const used = usedBy(grants, uses)
  expect(
    faultsIn(
      used.filter((one) => one.explained || one.by.length > 0),
      uses,
    ),
  ).toEqual([])
})
