import { ListStateMachinesCommand, type SFNClient } from '@aws-sdk/client-sfn'

/** The ARN of the one state machine that the local cloud runs; undefined if it runs none. */
export async function stateMachineOf(states: SFNClient): Promise<string | undefined> {
  const { stateMachines } = await states.send(new ListStateMachinesCommand({}))
  return stateMachines?.[0]?.stateMachineArn
}
