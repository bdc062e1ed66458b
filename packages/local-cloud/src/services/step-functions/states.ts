import type { Clock } from '../../core/clock.ts'
import type { Invoke, Service } from '../../core/service.ts'
import type { StateMachine } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { describeExecution, getExecutionHistory, listExecutions } from './describe-executions.ts'
import { Engine } from './engine.ts'
import { redriveExecution, startExecution, stopExecution } from './execution-actions.ts'
import { Machines } from './machines.ts'
import type { Run } from './run.ts'
import { RunStore } from './run-store.ts'
import { describeStateMachine, describeStateMachineForExecution, listStateMachines } from './state-machine-actions.ts'

export interface StatesSettings {
  store: Store
  clock: Clock
  machines: StateMachine[]
  invoke: Invoke
  log: (line: string) => void
}

export interface StatesService extends Service {
  /** Resolves when every run has ended or waits for a time that the clock has not reached. */
  settled(): Promise<void>
  /** Calls the listener for every run that ends, after it is written; for a redriven run, at each of its ends. */
  onEnded(listener: (run: Run) => void): void
  /** Stop it before Lambda: then the engine does not take Lambda's stop for an error of the function. */
  stop(): Promise<void>
}

/**
 * Step Functions with STANDARD workflows: durable and event-sourced. Every open run of the store continues from
 * where it was, with the definition that it began with; timers that fell due meanwhile fire at once.
 * @throws Error if a definition cannot run here; then nothing has been started.
 */
export async function startStates({ store, clock, machines, invoke, log }: StatesSettings): Promise<StatesService> {
  const runs = new RunStore(store)
  const known = await Machines.open(machines, runs, clock.now())
  const engine = new Engine(runs, clock, invoke, log)
  const parts = { machines: known, store: runs, engine, clock }
  await engine.start()
  return {
    actions: {
      StartExecution: startExecution(parts),
      DescribeExecution: describeExecution(parts),
      ListExecutions: listExecutions(parts),
      GetExecutionHistory: getExecutionHistory(parts),
      StopExecution: stopExecution(parts),
      RedriveExecution: redriveExecution(parts),
      ListStateMachines: listStateMachines(parts),
      DescribeStateMachine: describeStateMachine(parts),
      DescribeStateMachineForExecution: describeStateMachineForExecution(parts),
    },
    settled: () => engine.settled(),
    onEnded: (listener) => engine.endedListeners.push(listener),
    stop: () => engine.stop(),
  }
}
