import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { oneOf, refuse, wholeNumber } from '@confirmation-reminder/options/values'

/** The options of `npm start`. */
export interface Options {
  stage: Stage
  cloudPort: number
  apiPort: number
  /** The folder of all stored data; a relative path begins at the repository's root. */
  data: string
  reset: boolean
  /** A synthesised folder to run as it is, instead of synthesising the stage. */
  stack: string | undefined
  /** Whether to apply the Terraform and ship nothing, as an apply on AWS. */
  applyOnly: boolean
  /** Values of Terraform variables by name; they replace the defaults. */
  variables: Record<string, string>
  /** How many Lambda executions the account may have at once. */
  accountConcurrency: number
  /** Accepted Host headers of the cloud's port besides loopback names, in lower case. */
  hosts: string[]
  /** Whether requests to the cloud's port need the token. */
  token: boolean
  /** Whether the policies of the stack are enforced. */
  iam: boolean
  help: boolean
}

export const help = `Runs the whole system on this machine, exactly as Terraform would deploy it.

Usage: npm start -- [options]

  --stage <stage>      stage to synthesise and run: ${stages.join(' or ')} (${stages[0]})
  --cloud-port <port>  port of the AWS endpoint and the console (4566)
  --api-port <port>    port of the HTTP API (3000); port 0 is any free port
  --data <folder>      stores customers, runs and mails (.local)
  --reset              empty the data folder first
  --stack <folder>     run this folder with a cdk.tf.json; synthesise nothing
  --apply-only         as an apply on AWS: live keeps its code and environment
                       until "npm run ship"; without it, a start also ships
  --var <name=value>   set a Terraform variable; repeatable
  --account-concurrency <n>
                       concurrent Lambda executions of the account (${standardAccountConcurrency});
                       a new account has 10
  --host <name>        also accept this Host header, for a forwarded port;
                       repeatable (127.0.0.1, localhost)
  --token              require the token that is printed at the start
  --iam off            enforce no policy: every call has every right
  --help               show this

Exit codes: 0 stopped on request, 1 failed to start or to write, 2 wrong options`

const maximumPort = 65_535
// Far more than an account gets.
const maximumAccountConcurrency = 999_999_999

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  const { values } = readArguments(args, {
    stage: { type: 'string', default: stages[0] },
    'cloud-port': { type: 'string', default: '4566' },
    'api-port': { type: 'string', default: '3000' },
    data: { type: 'string', default: '.local' },
    reset: { type: 'boolean', default: false },
    stack: { type: 'string' },
    'apply-only': { type: 'boolean', default: false },
    'account-concurrency': { type: 'string', default: String(standardAccountConcurrency) },
    var: { type: 'string', multiple: true, default: [] },
    host: { type: 'string', multiple: true, default: [] },
    token: { type: 'boolean', default: false },
    iam: { type: 'string', default: 'on' },
  })
  const concurrency = values['account-concurrency']
  return {
    stage: oneOf('--stage', values.stage, stages),
    cloudPort: port('--cloud-port', values['cloud-port']),
    apiPort: port('--api-port', values['api-port']),
    data: values.data || refuse('--data', values.data, 'a folder'),
    reset: values.reset,
    stack: values.stack === '' ? refuse('--stack', '', 'a folder') : values.stack,
    applyOnly: values['apply-only'],
    accountConcurrency: wholeNumber('--account-concurrency', concurrency, 1, maximumAccountConcurrency),
    variables: Object.fromEntries(values.var.map(assignment)),
    hosts: values.host.map(host),
    token: values.token,
    iam: oneOf('--iam', values.iam, ['on', 'off']) === 'on',
    help: values.help,
  }
}

const port = (option: string, value: string) => wholeNumber(option, value, 0, maximumPort, 'a port')

/** If a variable is set twice, the last value counts, as in Terraform. */
function assignment(text: string): [name: string, value: string] {
  const [, name, value] = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(text) ?? []
  return name !== undefined && value !== undefined ? [name, value] : refuse('--var', text, 'name=value')
}

function host(value: string): string {
  const name = value.toLowerCase()
  const [labels, address] = [/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/, /^\[[0-9a-f:]+\]$/]
  return labels.test(name) || address.test(name) ? name : refuse('--host', value, 'a name without a port')
}
