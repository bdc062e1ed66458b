import { stackName } from '@confirmation-reminder/contracts/names'
import { type Stage, stages } from '@confirmation-reminder/contracts/stages'
import { Refusal } from '../terminal/refusal.ts'

/** A stage in AWS, or the cloud at AWS_ENDPOINT_URL. */
export type StageOrLocal = Stage | 'local'

/** What `--stage` takes. */
export const places: readonly StageOrLocal[] = [...stages, 'local']

/** How a command reaches a stage. */
export interface Connection {
  /** The stage in the names of resources. */
  stage: Stage
  /** The stage in messages and commands: `local` for the local cloud. */
  displayName: StageOrLocal
  /** What every AWS client is created with, as far as the environment does not say. */
  settings: typeof patience & {
    endpoint?: string
    region?: string
    credentials?: { accessKeyId: string; secretAccessKey: string }
  }
  /** Milliseconds since 1970 by the clock of the stage: that of the local cloud may be days ahead. */
  now(): Promise<number>
}

/**
 * How long clients wait and how often they retry what AWS says to retry: throttles, errors of AWS, broken connections. With
 * the SDK's pauses, which double from half a second on after a throttle, six attempts take some ten seconds.
 */
const patience = {
  maxAttempts: 6,
  // The SDK would wait for the operating system, which gives up after minutes. No function takes longer but `announce`,
  // for which its own command waits.
  requestHandler: { connectionTimeout: 5_000, socketTimeout: 40_000 },
}

/**
 * The connection to a stage in the account of the current credentials, or to the local cloud.
 * @throws Refusal if nothing answers at the local cloud's endpoint
 */
export async function connectTo(displayName: StageOrLocal, environment = process.env): Promise<Connection> {
  const { AWS_REGION, AWS_DEFAULT_REGION } = environment
  if (displayName !== 'local') {
    // The SDK reads the same variables as the AWS CLI, except this name of the Region.
    const settings = { ...patience, ...(AWS_DEFAULT_REGION && !AWS_REGION && { region: AWS_DEFAULT_REGION }) }
    return { stage: displayName, displayName, settings, now: async () => Date.now() }
  }

  // Like the SDK, this treats an empty variable as unset.
  const endpoint = environment.AWS_ENDPOINT_URL || 'http://127.0.0.1:4566'
  if (!URL.canParse(endpoint)) throw new Refusal(`AWS_ENDPOINT_URL is not a URL: "${endpoint}".`)
  const { AWS_ACCESS_KEY_ID: accessKeyId = 'local', AWS_SECRET_ACCESS_KEY: secretAccessKey = 'local' } = environment
  // The secret of this access key is the token of a local cloud; any other secret is not sent.
  const token = accessKeyId === 'local' ? secretAccessKey : ''
  const health = await control(endpoint, 'health', token)
  return {
    stage: stages.find((one) => health?.stack === stackName(one)) ?? 'dev',
    displayName,
    settings: {
      ...patience,
      endpoint,
      region: AWS_REGION ?? 'eu-west-1',
      credentials: { accessKeyId, secretAccessKey },
    },
    // Another emulator uses the machine's clock.
    now: async () => (health ? Date.parse(String((await control(endpoint, 'clock', token))?.now)) : Date.now()),
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
