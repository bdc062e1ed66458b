import { AwsError } from '../../core/aws-error.ts'
import type { StateMachine } from '../../core/stack-model.ts'
import { checkDefinition } from './definition.ts'
import { checkStateMachineArn } from './input.ts'
import type { KnownMachine, RunStore } from './run-store.ts'

/** A state machine that can be started. */
export type Machine = StateMachine & KnownMachine

/** The state machines of the stack, by ARN. */
export class Machines {
  private constructor(readonly byArn: ReadonlyMap<string, Machine>) {}

  /**
   * Checks every definition before it stores one.
   * @throws Error if a definition cannot run here.
   */
  static async open(machines: StateMachine[], store: RunStore, nowMs: number): Promise<Machines> {
    for (const { definition, name } of machines) checkDefinition(definition, `state machine ${name}`)
    const known = new Map<string, Machine>()
    for (const machine of machines) {
      const before = await store.machine(machine.arn)
      const definitionHash = await store.keepDefinition(machine.definition)
      const updateMs = before?.definitionHash === definitionHash ? before.updateMs : nowMs
      const dates = { creationMs: before?.creationMs ?? nowMs, updateMs, definitionHash }
      await store.keepMachine(machine.arn, dates)
      known.set(machine.arn, { ...machine, ...dates })
    }
    return new Machines(known)
  }

  /** @throws AwsError `StateMachineDoesNotExist`, `InvalidArn` */
  get(stateMachineArn: string): Machine {
    const arn = checkStateMachineArn(stateMachineArn)
    const machine = this.byArn.get(arn)
    if (!machine) throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
    return machine
  }
}
