import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient } from '@aws-sdk/client-sfn'
import { parseArn } from '@confirmation-reminder/contracts/arn'
import { stackName } from '@confirmation-reminder/contracts/names'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import type { StageOrLocal } from './options.ts'
import { Refusal } from './refusal.ts'

/** Where a function is shipped to. */
export interface Place {
  /** By which resources are named. */
  stage: Stage
  /** How sentences and commands call it. */
  called: StageOrLocal
  lambda: LambdaClient
  /** Where the metrics of a function are: in its own Region, whatever the one at hand. */
  cloudWatchOf(functionArn: string): CloudWatchClient
  states: SFNClient
  /** Milliseconds since 1970 as the place counts them: the clock of the local cloud may be days ahead. */
  now(): Promise<number>
  /** How long to wait between two looks. */
  pollMs: number
}

/**
 * A stage in the account of the credentials at hand, or a cloud of this machine.
 * @throws Refusal, where nothing answers there
 */
export async function placeOf(called: StageOrLocal, environment = process.env): Promise<Place> {
  // CloudWatch shows a minute at its end, so looking more often shows nothing more.
  if (called !== 'local') return { stage: called, called, ...clients({}), now: async () => Date.now(), pollMs: 10_000 }

  // As for the SDK, an empty variable is none.
  const endpoint = environment.AWS_ENDPOINT_URL || 'http://127.0.0.1:4566'
  if (!URL.canParse(endpoint)) throw new Refusal(`AWS_ENDPOINT_URL is no URL: "${endpoint}".`)
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } = environment
  // The secret of this access key is the token of a local cloud; any other secret goes nowhere.
  const token = accessKeyId === 'local' ? secretAccessKey : ''
  const health = await control(endpoint, 'health', token)
  const stage = stages.find((one) => health?.stack === stackName(one)) ?? 'dev'
  const region = environment.AWS_REGION ?? 'eu-west-1'
  const local = clients({ endpoint, region, credentials: { accessKeyId, secretAccessKey } })
  // Another emulator has the machine's clock.
  const now = async () => (health ? Date.parse(String((await control(endpoint, 'clock', token))?.now)) : Date.now())
  return { stage, called, ...local, now, pollMs: 500 }
}

function clients(settings: object): Pick<Place, 'lambda' | 'cloudWatchOf' | 'states'> {
  return {
    lambda: new LambdaClient(settings),
    cloudWatchOf: (functionArn) => new CloudWatchClient({ ...settings, region: parseArn(functionArn).region }),
    states: new SFNClient(settings),
  }
}

/** What the control surface of the local cloud says; undefined, where another emulator answers. */
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
      `The local cloud at ${endpoint} asks for its token: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY as its start says.`,
    )
  }
  return answer.ok ? ((await answer.json().catch(() => undefined)) as Record<string, unknown>) : undefined
}
