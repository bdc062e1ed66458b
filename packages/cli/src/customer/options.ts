import { resourceName } from '@confirmation-reminder/contracts/names'
import { stages } from '@confirmation-reminder/contracts/stages'
import { parseAddress } from '@confirmation-reminder/customers/address'
import { readArguments } from '@confirmation-reminder/options/read-arguments'
import { UsageError } from '@confirmation-reminder/options/usage-error'
import { oneOf } from '@confirmation-reminder/options/values'

const places = [...stages, 'local'] as const

export const help = `Answers the two requests of data protection: access and erasure.

Usage: npm run customer -- export <address> --stage <stage>
       npm run customer -- erase <address> --stage <stage> [--dry-run]

  export           print everything that is stored about this address, as JSON
  erase            delete it permanently
  <address>        the email address, in upper or lower case
  --stage <stage>  ${stages.join(', ')}, or local for the local cloud on this machine
  --dry-run        print what erase would delete, and delete nothing
  --help           show this

AWS credentials, AWS_REGION and AWS_ENDPOINT_URL come from the environment, as
for the AWS CLI.
Exit codes: 0 done, 1 failed, 2 wrong options, 3 no customer has this address`

/** What to do, and where. */
export interface Options {
  action: 'export' | 'erase'
  /** Normalised: addresses that differ only in case are the same customer. */
  address: string
  table: string
  /** How to reach DynamoDB, as far as the environment does not say. */
  client: { endpoint?: string; region?: string; credentials?: { accessKeyId: string; secretAccessKey: string } }
  dryRun: boolean
}

/**
 * Reads the command line; `help`, if it asks for that.
 * @throws UsageError that says what is missing.
 */
export function readOptions(args: string[], environment: NodeJS.ProcessEnv = process.env): Options | 'help' {
  const { values, positionals } = readArguments(
    args,
    { stage: { type: 'string' }, 'dry-run': { type: 'boolean', default: false } },
    { positionals: true },
  )
  if (values.help) return 'help'
  const [action, text, ...rest] = positionals
  if (action !== 'export' && action !== 'erase')
    throw new UsageError('Name the action, export or erase, and an address.')
  if (text === undefined || rest.length > 0) throw new UsageError(`Name exactly one address after ${action}.`)
  const parsed = parseAddress(text)
  if ('fault' in parsed) throw new UsageError(`This is not a valid email address (${parsed.fault}).`)
  const place = oneOf('--stage', values.stage, places)
  return {
    action,
    address: parsed.address,
    // The local cloud runs the stage dev.
    table: resourceName(place === 'local' ? 'dev' : place, 'customers'),
    client: place === 'local' ? localCloud(environment) : aws(environment),
    dryRun: values['dry-run'],
  }
}

/** The SDK reads the same variables as the AWS CLI, except this name of the Region. */
function aws({ AWS_REGION, AWS_DEFAULT_REGION }: NodeJS.ProcessEnv): Options['client'] {
  return AWS_DEFAULT_REGION && !AWS_REGION ? { region: AWS_DEFAULT_REGION } : {}
}

/** The local cloud takes any credentials. The environment takes precedence. */
function localCloud({ AWS_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID }: NodeJS.ProcessEnv): Options['client'] {
  return {
    ...(!AWS_ENDPOINT_URL && { endpoint: 'http://127.0.0.1:4566' }),
    ...(!AWS_REGION && { region: 'eu-west-1' }),
    ...(!AWS_ACCESS_KEY_ID && { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  }
}
