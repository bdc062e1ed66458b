import { parseArgs } from 'node:util'
import { resourceName } from '@confirmation-reminder/contracts/names'
import { stages } from '@confirmation-reminder/contracts/stages'
import { parseAddress } from '@confirmation-reminder/customers/address'

export const help = `Answers the two requests that a data protection officer makes.

Usage: pnpm customer export <address> --stage <stage>
       pnpm customer erase <address> --stage <stage>

  export           prints all that is stored of whoever has this address, as JSON
  erase            deletes it for good
  <address>        in capitals or small letters, however it was written when it was registered
  --stage <stage>  ${stages.join(', ')}, or local for the local cloud on this machine
  --dry-run        say what erase would delete, and delete nothing
  --help           show this

AWS credentials and AWS_REGION come from the environment, as for the aws CLI; so does AWS_ENDPOINT_URL.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 nobody is stored under this address.`

/** What is to be done, and where. */
export interface Plan {
  action: 'export' | 'erase'
  /** Normalised. Every spelling of it by case is the same customer. */
  address: string
  table: string
  /** How to reach DynamoDB, where the environment alone does not say. */
  client: { endpoint?: string; region?: string; credentials?: { accessKeyId: string; secretAccessKey: string } }
  dryRun: boolean
}

/** A command line that cannot be understood, in one sentence. */
export class UsageError extends Error {}

/**
 * Plans what a command line asks for; `help`, where it asks for that.
 * @throws UsageError that says what is missing.
 */
export function plan(args: string[], environment: NodeJS.ProcessEnv): Plan | 'help' {
  const { values, positionals } = parse(args)
  if (values.help) return 'help'
  const [action, text, ...rest] = positionals
  if (action !== 'export' && action !== 'erase') throw new UsageError('Say export or erase, and an address.')
  if (text === undefined || rest.length > 0) throw new UsageError(`Say one address after ${action}.`)
  const parsed = parseAddress(text)
  if ('fault' in parsed) throw new UsageError(`This is no mail address that could be registered (${parsed.fault}).`)
  const local = values.stage === 'local'
  // The local cloud runs the stage dev.
  const stage = local ? 'dev' : stages.find((one) => one === values.stage)
  if (!stage) throw new UsageError(`Say --stage ${[...stages, 'local'].join(' or --stage ')}.`)
  return {
    action,
    address: parsed.address,
    table: resourceName(stage, 'customers'),
    client: local ? localCloud(environment) : aws(environment),
    dryRun: values['dry-run'],
  }
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        stage: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

/** The SDK reads what the aws CLI reads, but for this name of the Region. */
function aws({ AWS_REGION, AWS_DEFAULT_REGION }: NodeJS.ProcessEnv): Plan['client'] {
  return AWS_DEFAULT_REGION && !AWS_REGION ? { region: AWS_DEFAULT_REGION } : {}
}

/** The local cloud takes any credentials. What the environment says goes first. */
function localCloud({ AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID }: NodeJS.ProcessEnv): Plan['client'] {
  return {
    ...(!AWS_ENDPOINT_URL && { endpoint: 'http://127.0.0.1:4566' }),
    ...(!AWS_REGION && { region: 'eu-west-1' }),
    ...(!AWS_ACCESS_KEY_ID && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  }
}
