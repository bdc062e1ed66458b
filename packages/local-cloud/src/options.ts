import { parseArgs } from 'node:util'
import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'

/** What `npm start` was asked for. */
export interface Options {
  stage: Stage
  cloudPort: number
  apiPort: number
  /** Where everything durable rests; a relative folder begins at the repository's root. */
  data: string
  reset: boolean
  /** A synthesised folder to run as it is, instead of synthesising the stage again. */
  stack: string | undefined
  /** Values of Terraform variables by name, before their defaults. */
  variables: Record<string, string>
  /** How many Lambda executions the account may have at once. */
  accountConcurrency: number
  /** Names that the Host header of requests to the cloud's port may have besides loopback's, in lower case. */
  hosts: string[]
  /** Whether requests to the cloud's port must prove a token. */
  token: boolean
  help: boolean
}

export const help = `Runs the whole system on this machine, exactly as Terraform would deploy it.

Usage: npm start -- [options]

  --stage <stage>      the stage to synthesise and run: ${stages.join(' or ')} (${stages[0]})
  --cloud-port <port>  where AWS clients and the console connect; 0 is any free port (4566)
  --api-port <port>    where the HTTP API is served; 0 is any free port (3000)
  --data <folder>      where customers, runs and mails rest (.local)
  --reset              begin with an empty data folder
  --stack <folder>     run this folder with a cdk.tf.json, and synthesise nothing
  --var <name=value>   set a variable of the stack, as terraform -var does; repeatable
  --account-concurrency <n>
                       how many Lambda executions the account may have at once (${standardAccountConcurrency});
                       a new account has 10
  --host <name>        also answer AWS clients and browsers that come by this name, as through a
                       forwarded port; may be repeated (127.0.0.1, localhost)
  --token              refuse AWS clients and browsers without the token that is printed
  --help               show this

Exit codes: 0 stopped on request, 1 could not start or not write, 2 wrong options.`

/** A command line that cannot be understood, in one sentence. */
export class UsageError extends Error {}

/** @throws UsageError that names the option and what it takes. */
export function readOptions(args: string[]): Options {
  // npm takes the `--` before the options away, pnpm hands it on.
  const { values } = parse(args[0] === '--' ? args.slice(1) : args)
  return {
    stage: stages.find((stage) => stage === values.stage) ?? refuse('--stage', values.stage, stages.join(' or ')),
    cloudPort: port('--cloud-port', values['cloud-port']),
    apiPort: port('--api-port', values['api-port']),
    data: values.data || refuse('--data', values.data, 'a folder'),
    reset: values.reset,
    stack: values.stack === '' ? refuse('--stack', '', 'a folder') : values.stack,
    accountConcurrency: positive('--account-concurrency', values['account-concurrency']),
    variables: Object.fromEntries(values.var.map(assignment)),
    hosts: values.host.map(host),
    token: values.token,
    help: values.help,
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        stage: { type: 'string', default: stages[0] },
        'cloud-port': { type: 'string', default: '4566' },
        'api-port': { type: 'string', default: '3000' },
        data: { type: 'string', default: '.local' },
        reset: { type: 'boolean', default: false },
        stack: { type: 'string' },
        'account-concurrency': { type: 'string', default: String(standardAccountConcurrency) },
        var: { type: 'string', multiple: true, default: [] },
        host: { type: 'string', multiple: true, default: [] },
        token: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    // Node's first sentence names the option; what follows explains how to pass positional arguments.
    throw new UsageError(
      `${(error as Error).message.split(/\.\s|\n/)[0]?.replace(/\.$/, '')}; --help lists what there is.`,
    )
  }
}

function port(option: string, value: string): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN
  return port <= 65_535 ? port : refuse(option, value, 'a port from 0 to 65535')
}

function positive(option: string, value: string): number {
  return /^[1-9]\d{0,8}$/.test(value) ? Number(value) : refuse(option, value, 'a whole number from 1')
}

/** Of a variable that is set twice, the last value counts, as in Terraform. */
function assignment(text: string): [name: string, value: string] {
  const [, name, value] = /^([A-Za-z_][\w-]*)=(.*)$/s.exec(text) ?? []
  return name !== undefined && value !== undefined ? [name, value] : refuse('--var', text, 'name=value')
}

function host(value: string): string {
  const name = value.toLowerCase()
  const [labels, address] = [/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/, /^\[[0-9a-f:]+\]$/]
  return labels.test(name) || address.test(name) ? name : refuse('--host', value, 'a name without a port')
}

function refuse(option: string, value: string, expected: string): never {
  throw new UsageError(`${option} takes ${expected}, not "${value}".`)
}
