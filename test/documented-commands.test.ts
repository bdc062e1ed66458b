import * as cloudwatch from '@aws-sdk/client-cloudwatch'
import * as logs from '@aws-sdk/client-cloudwatch-logs'
import * as dynamodb from '@aws-sdk/client-dynamodb'
import * as lambda from '@aws-sdk/client-lambda'
import * as ses from '@aws-sdk/client-ses'
import * as stepfunctions from '@aws-sdk/client-sfn'
import * as sns from '@aws-sdk/client-sns'
import * as sqs from '@aws-sdk/client-sqs'
import { callsOf, type Documented, documentedCommands } from './documented-commands.ts'

const clients: Record<string, object> = { cloudwatch, logs, dynamodb, lambda, ses, stepfunctions, sns, sqs }

/** Options that every command of the AWS CLI has, in both major versions. */
const everywhere = ['query', 'output', 'region', 'no-paginate', 'endpoint-url']

/** Commands that version 1 of the AWS CLI does not have. Where one stands, the reader is told. */
const onlyInVersion2 = ['logs tail', 'sso login']

/** Other commands: no client of this repository calls these services. Both major versions have them. */
const ofOtherServices = [
  'apigatewayv2 get-api-mappings',
  'chatbot delete-slack-channel-configuration',
  'chatbot describe-slack-workspaces',
  'configure set',
  'iam attach-role-policy',
  'iam create-open-id-connect-provider',
  'iam create-role',
  'iam create-service-linked-role',
  'iam get-open-id-connect-provider',
  'iam get-role',
  'iam put-role-policy',
  'route53 create-hosted-zone',
  'route53 list-hosted-zones',
  's3 cp',
  's3 rm',
  's3api create-bucket',
  's3api get-bucket-encryption',
  's3api get-bucket-policy',
  's3api get-bucket-versioning',
  's3api get-public-access-block',
  's3api put-bucket-encryption',
  's3api put-bucket-policy',
  's3api put-bucket-versioning',
  's3api put-object',
  's3api put-public-access-block',
  'service-quotas request-service-quota-increase',
  'sesv2 create-email-identity',
  'sesv2 get-account',
  'sesv2 get-email-identity',
  'sesv2 put-account-details',
  'sts get-caller-identity',
]

const documented = documentedCommands().map((commands) => ({ ...commands, calls: callsOf(commands.commands) }))
const nameOf = ([service, operation]: readonly string[]) => `${service} ${operation}`

/** The members of an operation's input, in lower case; undefined if the service has no such operation. */
function membersOf([service = '', operation = '']: readonly string[]): string[] | undefined {
  const name = operation.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase())
  const Command = Reflect.get(clients[service] ?? {}, `${name}Command`)
  if (!Command) return undefined
  const [, , , , input] = new Command({}).schema
  const [, , , , members = []] = typeof input === 'function' ? input() : input
  return Array.isArray(members) ? members.map((member) => member.toLowerCase()) : []
}

function faultsOf({ text, commands, calls }: Documented & { calls: string[][] }): string[] {
  const definesOnly = commands.includes('aws() {')
  if (calls.length === 0 && !definesOnly) return ['the shell does not come to a command']
  return calls.flatMap((call) => {
    const name = nameOf(call)
    if (ofOtherServices.includes(name)) return []
    if (onlyInVersion2.includes(name)) return /version 2/i.test(text) ? [] : [`${name} needs version 2`]
    const members = membersOf(call)
    if (!members) return [`there is no ${name}`]
    const options = call.flatMap((argument) => /^--([\w-]+)/.exec(argument)?.[1] ?? [])
    const wrong = options.filter(
      (option) => !everywhere.includes(option) && !members.includes(option.replaceAll('-', '')),
    )
    return wrong.map((option) => `${name} has no --${option}`)
  })
}

test.each(documented)('both major versions of the AWS CLI have the commands of $file, $heading', (commands) => {
  expect(faultsOf(commands)).toEqual([])
})

test('the commands are found, and a wrong one would be', () => {
  const names = new Set(documented.flatMap(({ calls }) => calls.map(nameOf)))
  for (const name of [...ofOtherServices, ...onlyInVersion2, 'logs filter-log-events']) expect(names).toContain(name)
  const faults = (commands: string, text = '') =>
    faultsOf({ file: '', heading: '', text, commands, calls: callsOf(commands) })
  expect(faults('aws logs tail group')).toEqual(['logs tail needs version 2'])
  expect(faults('aws logs tail group', 'with version 2')).toEqual([])
  expect(faults('x=$(aws sqs list-all --none); aws sqs get-queue-url --queue-nam "$x"')).toEqual([
    'there is no sqs list-all',
    'sqs get-queue-url has no --queue-nam',
  ])
})
