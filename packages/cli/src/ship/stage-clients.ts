import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient } from '@aws-sdk/client-sfn'
import { parseArn } from '@confirmation-reminder/contracts/arn'
import { stackName } from '@confirmation-reminder/contracts/names'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import type { StageOrLocal } from './options.ts'
import { Refusal } from './refusal.ts'

/** The AWS clients and the clock of the stage to which a function is shipped. */
export interface StageClients {
  /** The stage in the names of resources. */
  stage: Stage
  /** The stage in messages and commands: `local` for the local cloud. */
  displayName: StageOrLocal
  lambda: LambdaClient
  /** The metrics of a function are in its own Region, not in the configured one. */
  cloudWatchOf(functionArn: string): CloudWatchClient
  states: SFNClient
  /** Milliseconds since 1970 by the clock of the stage: that of the local cloud may be days ahead. */
  now(): Promise<number>
  /** Milliseconds between two polls. */
  pollMs: number
}

/**
 * The clients of a stage in the account of the current credentials, or of the local cloud.
 * @throws Refusal if nothing answers at the local cloud's endpoint
 */
export async function clientsOf(displayName: StageOrLocal, environment = process.env): Promise<StageClients> {
  // CloudWatch publishes a minute at its end, so more frequent polls see nothing more.
  if (displayName !== 'local') {
    return { stage: displayName, displayName, ...awsClients({}), now: async () => Date.now(), pollMs: 10_000 }
  }

  // Like the SDK, this treats an empty variable as unset.
  const endpoint = environment.AWS_ENDPOINT_URL || 'http://127.0.0.1:4566'
  if (!URL.canParse(endpoint)) throw new Refusal(`AWS_ENDPOINT_URL is not a URL: "${endpoint}".`)
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } = environment
  // The secret of this access key is the token of a local cloud; any other secret is not sent.
  const token = accessKeyId === 'local' ? secretAccessKey : ''
  const health = await control(endpoint, 'health', token)
  const stage = stages.find((one) => health?.stack === stackName(one)) ?? 'dev'
  const region = environment.AWS_REGION ?? 'eu-west-1'
  const local = awsClients({ endpoint, region, credentials: { accessKeyId, secretAccessKey } })
  // Another emulator uses the machine's clock.
  const now = async () => (health ? Date.parse(String((await control(endpoint, 'clock', token))?.now)) : Date.now())
  return { stage, displayName, ...local, now, pollMs: 500 }
}

function awsClients(settings: object): Pick<StageClients, 'lambda' | 'cloudWatchOf' | 'states'> {
  return {
    lambda: new LambdaClient(settings),
    cloudWatchOf: (functionArn) => new CloudWatchClient({ ...settings, region: parseArn(functionArn).region }),
    states: new SFNClient(settings),
  }
}

/** The response of the local cloud's control API; undefined if another emulator answers. */
async function control(
  endpoint: string,
  what: 'health' | 'clock',
  token: string,
): Promise<Record<string, unknown> | undefined> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await fetch(`${endpoint}/_local/${what}`, { headers }).catch(() => {
    throw new Refusal(
      `Nothing answers at ${endpoint}: start the local cloud with "npm start", or set AWS_ENDPOINT_URL.`,
    )
  })
  if (answer.status === 401) {
    throw new Refusal(
      `The local cloud at ${endpoint} needs its token: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as it printed at its start.`,
    )
  }
  return answer.ok ? ((await answer.json().catch(() => undefined)) as Record<string, unknown>) : undefined
}
