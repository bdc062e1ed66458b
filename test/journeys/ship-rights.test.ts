import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import type { LambdaClient } from '@aws-sdk/client-lambda'
import type { SFNClient } from '@aws-sdk/client-sfn'
import { endsCanary } from '@confirmation-reminder/cli/ship/canary'
import { DeployedFunction } from '@confirmation-reminder/cli/ship/deployed-function'
import { rollBack } from '@confirmation-reminder/cli/ship/rollback'
import { statusOf } from '@confirmation-reminder/cli/ship/status'
import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { buildOf, clientsIn, shipInProcess } from '../in-process.ts'
import { LocalCloud } from '../local-cloud.ts'
import { stackOf } from '../synthesise.ts'

/** One call of AWS, as IAM judges it. */
interface Need {
  action: string
  resource: string
}

interface Statement {
  Effect: string
  Action: string[]
  Resource: string[]
}

let cloud: LocalCloud
beforeAll(async () => {
  cloud = await LocalCloud.start()
})
afterAll(() => cloud?.dispose())

const terraform = JSON.parse(readFileSync(join(stackOf('dev'), 'cdk.tf.json'), 'utf8'))

/** The ARN as the policy names it: the synthesised reference of the function. */
const arnOf = (name: FunctionName) => `\${aws_lambda_function.${name}_function.arn}`
const machineArn = '${aws_sfn_state_machine.workflow_machine.arn}'

function statementsOf(name: FunctionName): Statement[] {
  return JSON.parse(terraform.resource.aws_iam_role_policy[`ship_${name}_policy`].policy).Statement
}

/** Whether the role of a function allows a call. Ours name actions exactly, and end in a wildcard at most. */
function allows(name: FunctionName, { action, resource }: Need): boolean {
  return statementsOf(name).some(
    ({ Effect, Action, Resource }) =>
      Effect === 'Allow' &&
      Action.includes(action) &&
      Resource.some((one) => (one.endsWith('*') ? resource.startsWith(one.slice(0, -1)) : one === resource)),
  )
}

/** Lambda's actions on one version or alias that are judged by its own ARN; the others by that of the function. */
const qualified = ['Invoke', 'GetFunctionConfiguration']

/** What a command needs, by AWS's service authorization reference. */
function needOf(service: string, command: { constructor: { name: string }; input: object }, name: FunctionName): Need {
  const operation = command.constructor.name.replace(/Command$/, '')
  const { Qualifier } = command.input as { Qualifier?: string }
  if (service === 'lambda') {
    const resource = Qualifier && qualified.includes(operation) ? `${arnOf(name)}:${Qualifier}` : arnOf(name)
    return { action: `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`, resource }
  }
  return { action: `${service}:${operation}`, resource: service === 'states' ? machineArn : '*' }
}

/** Everything that shipping a function calls: a status, a ship, a rollback. */
async function needsOf(name: FunctionName): Promise<Need[]> {
  const needs: Need[] = []
  const cloudWatch = new CloudWatchClient(cloud.client)
  const clients = clientsIn(cloud, { cloudWatchOf: () => cloudWatch })
  const record = (service: string, client: LambdaClient | CloudWatchClient | SFNClient) => {
    const send = client.send.bind(client) as (command: never) => Promise<unknown>
    client.send = ((command: never) => {
      needs.push(needOf(service, command, name))
      return send(command)
    }) as typeof client.send
  }
  record('lambda', clients.lambda)
  record('cloudwatch', cloudWatch)
  record('states', clients.states)
  const target = new DeployedFunction(clients.lambda, resourceName('dev', name))
  await statusOf(target, clients)
  await shipInProcess(clients, buildOf(name, 1))
  await rollBack(target, await target.read(), '1')
  return needs
}

const key = ({ action, resource }: Need) => `${action} on ${resource}`

test('a role ships its own function and no other, and is granted nothing that shipping does not need', async () => {
  const needs = await needsOf('reminder')
  expect(needs.map(({ action }) => action)).toContain('lambda:UpdateFunctionCode')
  expect(needs.filter((need) => !allows('reminder', need)).map(key)).toEqual([])

  for (const other of functionNames.filter((name) => name !== 'reminder')) {
    const theirs = needs
      .filter(({ action }) => action.startsWith('lambda:'))
      .map((need) => ({ ...need, resource: need.resource.replace(arnOf('reminder'), arnOf(other)) }))
    expect(theirs.filter((need) => allows('reminder', need)).map(key)).toEqual([])
  }

  const used = new Set(needs.map(({ action }) => action))
  const granted = statementsOf('reminder').flatMap(({ Action }) => Action)
  expect(granted.filter((action) => !used.has(action))).toEqual([])
})

test('the alarms of every function and of the API end a canary, and no others', () => {
  const alarms: { alarm_name: string }[] = Object.values(terraform.resource.aws_cloudwatch_metric_alarm)
  const found = alarms.map(({ alarm_name }) => alarm_name).filter((name) => endsCanary('dev', name))
  const expected = functionNames.flatMap((name) => [`${name}-Errors`, `${name}-Throttles`])
  expect(found.map((name) => name.split('-').slice(-2).join('-')).sort()).toEqual([...expected, 'api-5xx'].sort())
})

test.each(functionNames)('the role of %s names this function alone', (name) => {
  const resources = statementsOf(name).flatMap(({ Resource }) => Resource)
  const others = resources.filter((resource) => resource !== '*' && !resource.startsWith(arnOf(name)))
  expect(others).toEqual(name === 'reminder' ? [machineArn] : [])
  const writing = statementsOf(name)
    .filter(({ Resource }) => Resource.includes('*'))
    .flatMap(({ Action }) => Action)
  expect(writing.filter((action) => !/:(Describe|Get|List)/.test(action))).toEqual([])
})
