import type { Clock } from '../../core/clock.ts'
import type { RunSummary, RunWait } from '../../core/run-summary.ts'
import type { Invoke, Service } from '../../core/service.ts'
import type { StateMachine } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import { describeExecution, getExecutionHistory, listExecutions } from './actions/describe-executions.ts'
import { redriveExecution, startExecution, stopExecution } from './actions/execution-actions.ts'
import { Machines } from './actions/machines.ts'
import {
  describeStateMachine,
  describeStateMachineForExecution,
  listStateMachines,
  validateStateMachineDefinition,
} from './actions/state-machine-actions.ts'
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './actions/task-token-actions.ts'
import { Engine } from './engine/engine.ts'
import { type ReportChanges, RunStore } from './engine/run-store.ts'
import { summaryOf, waitsOf } from './engine/run-summary.ts'

interface StatesSettings {
  store: Store
  clock: Clock
  machines: StateMachine[]
  invoke: Invoke
  log: (line: string) => void
  /** What is written together with each change of a run's status: both are, or neither is. */
  report?: ReportChanges
}

export interface StatesService extends Service {
  /** Resolves when every run has ended or waits for a time that the clock has not reached. */
  settled(): Promise<void>
  /** The runs, for what lists them otherwise than AWS does. */
  runs: {
    /** All runs as they are now, some hundred at a time, in no order that means anything. */
    all(): AsyncIterable<RunSummary[]>
    /** Calls the listeners for every change from now on, after it is written. */
    watch(changed: (run: RunSummary) => void, forgotten: (arn: string) => void): void
    /** The states of a run that wait; none if there is no such run. */
    waits(arn: string): Promise<RunWait[]>
    /** A definition that a run began with, as JSON text. */
    definition(hash: string): Promise<string>
    /** When the next open run is due, in milliseconds since 1970; Infinity for never. */
    nextDueMs(): Promise<number>
  }
  /** Stop it before Lambda: then the engine does not take Lambda's stop for an error of the function. */
  stop(): Promise<void>
}

/**
 * Step Functions with STANDARD workflows: durable and event-sourced. Every open run of the store continues from
 * where it was, with the definition that it began with; timers that fell due meanwhile fire at once.
 * @throws Error if a definition cannot run here; then nothing has been started.
 */
export async function startStates({
  store,
  clock,
  machines,
  invoke,
  log,
  report,
}: StatesSettings): Promise<StatesService> {
  const runs = await RunStore.open(store, report)
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
      SendTaskSuccess: sendTaskSuccess(parts),
      SendTaskFailure: sendTaskFailure(parts),
      SendTaskHeartbeat: sendTaskHeartbeat(parts),
      ListStateMachines: listStateMachines(parts),
      DescribeStateMachine: describeStateMachine(parts),
      DescribeStateMachineForExecution: describeStateMachineForExecution(parts),
      ValidateStateMachineDefinition: validateStateMachineDefinition(),
    },
    settled: () => engine.settled(),
    runs: {
      all: async function* () {
        for await (const part of runs.all()) yield part.map(summaryOf)
      },
      watch: (changed, forgotten) => {
        runs.watchers.push({ changed: (run) => changed(summaryOf(run)), forgotten })
      },
      waits: async (arn) => {
        const run = await runs.run(arn)
        return run ? waitsOf(run) : []
      },
      definition: (hash) => runs.definitionText(hash),
      nextDueMs: () => runs.firstMs('due'),
    },
    stop: () => engine.stop(),
  }
}
