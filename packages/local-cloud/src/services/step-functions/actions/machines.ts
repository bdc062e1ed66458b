import { isDeepStrictEqual } from 'node:util'
import { AwsError } from '../../../core/aws-error.ts'
import type { StateMachine } from '../../../core/stack-model.ts'
import { checkDefinition } from '../definition/definition.ts'
import type { KnownMachine, Revision, RunStore } from '../engine/run-store.ts'
import { checkStateMachineArn } from './input.ts'

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
      const { roleArn, logging, tracing } = machine
      const revision = { definitionHash, roleArn, logging, tracing }
      const updateMs = before && (await isSame(before, revision, machine.arn, store)) ? before.updateMs : nowMs
      const dates = { creationMs: before?.creationMs ?? nowMs, updateMs, definitionHash }
      await store.keepMachine(machine.arn, dates, revision)
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

/** Whether the latest revision is this one. Data folders from before there were revisions know only its definition. */
async function isSame({ definitionHash, updateMs }: KnownMachine, revision: Revision, arn: string, store: RunStore) {
  const latest = (await store.revision(arn, updateMs)) ?? { ...revision, definitionHash }
  return isDeepStrictEqual(JSON.parse(JSON.stringify(revision)), JSON.parse(JSON.stringify(latest)))
}
