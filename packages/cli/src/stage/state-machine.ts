import { DescribeStateMachineCommand, paginateListStateMachines, type SFNClient } from '@aws-sdk/client-sfn'
import { resourceName } from '@confirmation-reminder/contracts/names'
import type { Stage } from '@confirmation-reminder/contracts/stages'
import { Refusal } from '../terminal/refusal.ts'

/**
 * The state machine of a stage. Its name is the same in every stage, so this checks that the credentials belong to the stage.
 * @throws Refusal if the account and Region have no such state machine
 */
export async function stateMachineOf(client: SFNClient, stage: Stage): Promise<string> {
  const machine = resourceName(stage, 'workflow')
  for await (const { stateMachines = [] } of paginateListStateMachines({ client, pageSize: 1000 }, {})) {
    const stateMachineArn = stateMachines.find(({ name }) => name === machine)?.stateMachineArn
    if (stateMachineArn === undefined) continue
    const { definition = '' } = await client.send(new DescribeStateMachineCommand({ stateMachineArn }))
    if (definition.includes(`:${resourceName(stage, 'reminder')}:`)) return stateMachineArn
    throw new Refusal(`${stateMachineArn} is not the state machine of ${stage}: check --stage and the credentials.`)
  }
  throw new Refusal(
    `There is no state machine ${machine}: check that this is the account and the Region of the stage ${stage}.`,
  )
}
