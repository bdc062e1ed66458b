import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { DescribeExecutionCommand, ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn'
import { survivedSeconds } from '@confirmation-reminder/contracts/outages'
import { LocalCloud } from '../local-cloud.ts'
import { grantedIn } from '../permissions/granted.ts'
import { stateMachineOf } from '../state-machine.ts'
import { stackOf } from '../synthesise.ts'

const account = '000000000000'
const day = 86_400

let folder: string
let cloud: LocalCloud | undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'missing-grant-'))
})
afterEach(async () => {
  await cloud?.dispose()
  cloud = undefined
  rmSync(folder, { recursive: true, force: true })
})

/** Starts a copy of the stage without some actions of a role: a grant that was forgotten in its Terraform. */
async function startWithout(policyOf: string, actions: readonly string[], options: string[] = []): Promise<LocalCloud> {
  cpSync(stackOf('dev'), folder, { recursive: true })
  const file = join(folder, 'cdk.tf.json')
  const terraform = JSON.parse(readFileSync(file, 'utf8'))
  const resource = terraform.resource.aws_iam_role_policy[`${policyOf}_role_policy`]
  const policy = JSON.parse(resource.policy) as { Statement: { Action: string[] }[] }
  const granted = policy.Statement.flatMap(({ Action }) => Action)
  expect(granted).toEqual(expect.arrayContaining([...actions]))
  for (const statement of policy.Statement) {
    statement.Action = statement.Action.filter((action) => !actions.includes(action))
  }
  // IAM refuses a statement without actions.
  policy.Statement = policy.Statement.filter(({ Action }) => Action.length > 0)
  resource.policy = JSON.stringify(policy)
  writeFileSync(file, JSON.stringify(terraform))
  cloud = await LocalCloud.start(folder, { options })
  return cloud
}

const denied = (role: string, session: string, action: string, resource: string) =>
  `User: arn:aws:sts::${account}:assumed-role/${role}/${session} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`

test('of a function is in its log, and the request fails', async () => {
  const cloud = await startWithout('register', ['dynamodb:PutItem'])
  expect((await cloud.register('ada@example.com')).status).toBe(500)
  expect(await cloud.mails()).toEqual([])

  const name = 'confirmation-reminder-dev-register'
  const table = `arn:aws:dynamodb:eu-west-1:${account}:table/confirmation-reminder-dev-customers`
  const sentence = denied(name, name, 'dynamodb:PutItem', table)
  const logs = new CloudWatchLogsClient(cloud.client)
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}` }))
  logs.destroy()
  const errors = events.map(({ message = '' }) => message).filter((message) => message.includes(sentence))
  expect(errors.join()).toContain('AccessDeniedException')
  expect(cloud.output).toContain(`IAM refuses a call of dynamodb. ${sentence}`)
})

test('of the state machine is the error and the cause of the run, and a post in Slack names both', async () => {
  const cloud = await startWithout('workflow', ['lambda:InvokeFunction'])
  expect((await cloud.register('ada@example.com')).status).toBe(202)
  // The run retries it as long as every other error that may end by itself, for example by a deploy.
  await cloud.skip(day + 2 * survivedSeconds.part)
  expect(await cloud.mails()).toHaveLength(1)

  const states = new SFNClient(cloud.client)
  const stateMachineArn = await stateMachineOf(states)
  const { executions = [] } = await states.send(new ListExecutionsCommand({ stateMachineArn }))
  const run = await states.send(new DescribeExecutionCommand({ executionArn: executions[0]?.executionArn }))
  states.destroy()
  const reminder = `arn:aws:lambda:eu-west-1:${account}:function:confirmation-reminder-dev-reminder:live`
  const sentence = denied('confirmation-reminder', '#', 'lambda:InvokeFunction', reminder)
  const [before = '', after = ''] = sentence.split('#')
  expect(run).toMatchObject({ status: 'FAILED', error: 'Lambda.AWSLambdaException' })
  expect(run.cause?.startsWith(before)).toBe(true)
  expect(run.cause?.slice(before.length)).toMatch(/^[A-Za-z]{32} is not authorized/)
  expect(run.cause).toContain(after)
  expect(run.cause?.slice(run.cause.indexOf(after) + after.length)).toMatch(/^ \(Service: .*Status Code: 403.*\)$/)

  const post = (await cloud.slack()).find(({ title }) => title.includes('1 run failed: Lambda.AWSLambdaException'))
  expect(post?.text).toContain('*Error*: `Lambda.AWSLambdaException`')
  expect(post?.text).toContain('is not authorized to perform: lambda:InvokeFunction')
})

test('is one of the statement that the report names, however the policy of the statement is attached', async () => {
  cpSync(stackOf('dev'), folder, { recursive: true })
  const file = join(folder, 'cdk.tf.json')
  const terraform = JSON.parse(readFileSync(file, 'utf8'))
  const { resource } = terraform
  const { Version, Statement } = JSON.parse(resource.aws_iam_role_policy.register_role_policy.policy)
  const [logs, , ...others] = Statement as object[]
  const policyOf = (...Statement: object[]) => JSON.stringify({ Version, Statement })
  const attach = (name: string, ...statements: object[]) => {
    resource.aws_iam_policy = { ...resource.aws_iam_policy, [name]: { name, policy: policyOf(...statements) } }
    const attachment = { role: '${aws_iam_role.register_role.name}', policy_arn: `\${aws_iam_policy.${name}.arn}` }
    resource.aws_iam_role_policy_attachment = { [name]: attachment, ...resource.aws_iam_role_policy_attachment }
  }
  attach('later', ...others.slice(1))
  attach('latest', { Effect: 'Deny', Action: 'dynamodb:Scan', Resource: '*' })
  resource.aws_iam_role.register_role.inline_policy = [{ name: 'inline', policy: policyOf(logs as object) }]
  resource.aws_iam_role_policy.register_role_policy.policy = policyOf(others[0] as object)
  writeFileSync(file, JSON.stringify(terraform))
  cloud = await LocalCloud.start(folder)

  const role = 'confirmation-reminder-dev-register'
  const grants = grantedIn(folder).filter((one) => one.role === role)
  expect(new Set(grants.map(({ policy }) => policy))).toEqual(new Set([0, 1, 2, 3]))
  for (const { effect, policy, statement, action } of grants) {
    const answer = await cloud.control('PUT', 'permissions', [{ role, policy, statement, action }])
    expect([action, answer.status]).toEqual([action, effect === 'Allow' ? 200 : 400])
  }
})

test('of nothing is noticed with --iam off, and the start says that it is off', async () => {
  const cloud = await startWithout('register', ['dynamodb:PutItem'], ['--iam', 'off'])
  expect(cloud.output).toContain('\nIAM is off: no policy is enforced, and a missing grant fails on AWS only.\n')
  const withheld = [{ role: 'confirmation-reminder-dev-register', action: 'dynamodb:GetItem' }]
  expect((await cloud.control('PUT', 'permissions', withheld)).status).toBe(409)
  expect((await cloud.register('ada@example.com')).status).toBe(202)
  expect(await cloud.mails()).toHaveLength(1)
})

test('of a poller stops the start, as Lambda refuses to create the event source mapping', async () => {
  await expect(startWithout('feedback', ['sqs:DeleteMessage'])).rejects.toThrow(
    /would be refused by Lambda\. The function execution role does not have permissions to call DeleteMessage on SQS/,
  )
})
