import { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { LambdaClient } from '@aws-sdk/client-lambda'
import { SFNClient } from '@aws-sdk/client-sfn'
import { parseArn } from '@confirmation-reminder/contracts/arn'
import { type Connection, connectTo, type StageOrLocal } from '../stage/connection.ts'

/** The AWS clients and the clock of the stage to which a function is shipped. */
export interface StageClients extends Omit<Connection, 'settings'> {
  lambda: LambdaClient
  /** The metrics of a function are in its own Region, not in the configured one. */
  cloudWatchOf(functionArn: string): CloudWatchClient
  states: SFNClient
  /** Milliseconds between two polls. */
  pollMs: number
}

/**
 * The clients of a stage in the account of the current credentials, or of the local cloud.
 * @throws Refusal if nothing answers at the local cloud's endpoint
 */
export async function clientsOf(displayName: StageOrLocal): Promise<StageClients> {
  const { settings, ...connection } = await connectTo(displayName)
  return {
    ...connection,
    lambda: new LambdaClient(settings),
    cloudWatchOf: (functionArn) => new CloudWatchClient({ ...settings, region: parseArn(functionArn).region }),
    states: new SFNClient(settings),
    // CloudWatch publishes a minute at its end, so more frequent polls see nothing more.
    pollMs: displayName === 'local' ? 500 : 10_000,
  }
}
