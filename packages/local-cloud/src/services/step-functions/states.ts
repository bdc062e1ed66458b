import type { Clock } from '../../core/clock.ts'
import type { Invoke, Service } from '../../core/service.ts'
import type { StateMachine } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { type DescribeExecutionInput, describeExecution } from './describe-execution.ts'
import { describeStateMachine, describeStateMachineForExecution, listStateMachines } from './describe-state-machine.ts'
import { Engine } from './engine.ts'
import { type GetExecutionHistoryInput, getExecutionHistory } from './get-execution-history.ts'
import { type ListExecutionsInput, listExecutions } from './list-executions.ts'
import { Machines } from './machines.ts'
import type { PageRequest } from './page.ts'
import { type RedriveExecutionInput, redriveExecution } from './redrive-execution.ts'
import type { Run } from './run.ts'
import { RunStore } from './run-store.ts'
import { type StartExecutionInput, startExecution } from './start-execution.ts'
import { type StopExecutionInput, stopExecution } from './stop-execution.ts'

export interface StatesSettings {
  store: Store
  clock: Clock
  machines: StateMachine[]
  invoke: Invoke
  log: (line: string) => void
}

export interface StatesService extends Service {
  /** Resolves when every open run has ended, or waits for a moment that the clock has not reached. */
  settled(): Promise<void>
  /** Tells of every run that ends, after it is written; of one that is redriven, at each of its ends. */
  onEnded(listener: (run: Run) => void): void
  /** Stop it before Lambda: what Lambda answers afterwards is not taken for an error of the function. */
  stop(): Promise<void>
}

/**
 * Step Functions with STANDARD workflows: durable and event-sourced. Every open run of the store goes on from where it
 * was, with the definition that it began with; what fell due meanwhile fires at once.
 * @throws Error where a definition cannot run here; then nothing has been started.
 */
export async function startStates({ store, clock, machines, invoke, log }: StatesSettings): Promise<StatesService> {
  const runs = new RunStore(store)
  const known = await Machines.open(machines, runs, clock.now())
  const engine = new Engine(runs, clock, invoke, log)
  const parts = { machines: known, store: runs, engine }
  await engine.start()
  return {
    actions: {
      StartExecution: (input: StartExecutionInput) => startExecution(input, parts),
      DescribeExecution: (input: DescribeExecutionInput) => describeExecution(input, { ...parts, nowMs: clock.now() }),
      ListExecutions: (input: ListExecutionsInput) => listExecutions(input, parts),
      GetExecutionHistory: (input: GetExecutionHistoryInput) => getExecutionHistory(input, parts),
      StopExecution: (input: StopExecutionInput) => stopExecution(input, parts),
      RedriveExecution: (input: RedriveExecutionInput) => redriveExecution(input, parts),
      ListStateMachines: (input: PageRequest) => listStateMachines(input, parts),
      DescribeStateMachine: (input: { stateMachineArn: string }) => describeStateMachine(input, parts),
      DescribeStateMachineForExecution: (input: { executionArn: string }) =>
        describeStateMachineForExecution(input, parts),
    },
    settled: () => engine.settled(),
    onEnded: (listener) => engine.endedListeners.push(listener),
    stop: () => engine.stop(),
  }
}
