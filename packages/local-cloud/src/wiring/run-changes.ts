import { call, type Service } from '../core/service.ts'
import type { Store } from '../core/store.ts'
import type { Metrics } from '../services/cloudwatch/metrics.ts'
import type { Events } from '../services/eventbridge/events.ts'
import type { StatesService } from '../services/step-functions/states.ts'
import { runMetrics } from './run-metrics.ts'
import { type Execution, stepFunctionsEvent } from './step-functions-event.ts'

interface Listed {
  executionArn: string
  status: Execution['status']
  /** Seconds since 1970. */
  startDate: number
  stopDate?: number
  redriveDate?: number
}

interface Dependencies {
  states: StatesService
  store: Store
  metrics: Metrics
  events: Events
  log: (line: string) => void
}

/**
 * Reports to CloudWatch and EventBridge each run that starts, is redriven or ends, once each. The report and the fact that
 * it was made are written in one batch; the next start makes the reports that a killed process did not.
 */
export class RunChanges {
  private readonly reported
  private readonly underWay = new Map<string, Promise<void>>()
  private open = 0

  private constructor(private readonly around: Dependencies) {
    this.reported = around.store.sublevel<string, number>('runs-told', { valueEncoding: 'json' })
  }

  /** Resolves when all changes that earlier processes did not report are reported. */
  static async open(around: Dependencies): Promise<RunChanges> {
    const changes = new RunChanges(around)
    around.states.onEnded(({ startMs, stopMs, redriveMs, ...run }) => {
      void changes.report({ ...run, startDate: startMs, stopDate: stopMs, redriveDate: redriveMs })
    })
    await changes.reportUnreported()
    return changes
  }

  /** Step Functions that reports runs that start or are redriven. */
  watch(): Service {
    const { states } = this.around
    const actions = { ...states.actions }
    for (const name of ['StartExecution', 'RedriveExecution']) {
      const action = actions[name]
      if (!action) continue
      actions[name] = async (input, caller) => {
        const answer = (await action(input, caller)) as { executionArn?: string; redriveDate?: number }
        const executionArn = answer.executionArn ?? (input as { executionArn: string }).executionArn
        // The client does not wait for it. If it is lost, the next start reports it.
        void this.reportBegin(executionArn, answer.redriveDate)
        return answer
      }
    }
    return { ...states, actions }
  }

  /** Resolves when all changes so far are reported. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.values())
  }

  /** @param redriveDate in seconds since 1970, if the run was redriven */
  private async reportBegin(executionArn: string, redriveDate: number | undefined): Promise<void> {
    const { output, error, cause, stopDate, ...execution } = await this.describe(executionArn)
    await this.report({ ...execution, status: 'RUNNING', redriveDate: inMs(redriveDate) })
  }

  private report(execution: Execution): Promise<void> {
    const key = keyOf(execution)
    const reporting =
      this.underWay.get(key) ??
      this.reportOnce(key, execution)
        .catch((error: unknown) => this.around.log(`events: internal error: ${(error as Error).stack ?? error}`))
        .finally(() => this.underWay.delete(key))
    this.underWay.set(key, reporting)
    return reporting
  }

  private async reportOnce(key: string, execution: Execution): Promise<void> {
    if ((await this.reported.get(key)) !== undefined) return
    this.open += execution.status === 'RUNNING' ? 1 : -1
    const { events, metrics, store } = this.around
    const { operations, written } = events.prepare(stepFunctionsEvent(execution))
    await store.batch([
      ...operations,
      ...metrics.writes(runMetrics(execution, this.open)),
      { type: 'put', sublevel: this.reported, key, value: 0 },
    ])
    written()
  }

  private async reportUnreported(): Promise<void> {
    const machines = (await this.ask('ListStateMachines', {})) as { stateMachines: { stateMachineArn: string }[] }
    for (const { stateMachineArn } of machines.stateMachines) {
      for (let nextToken: string | undefined, more = true; more; more = nextToken !== undefined) {
        const input = { stateMachineArn, maxResults: 1000, ...(nextToken && { nextToken }) }
        const page = (await this.ask('ListExecutions', input)) as { executions: Listed[]; nextToken?: string }
        nextToken = page.nextToken
        await this.reportListed(page.executions)
      }
    }
  }

  private async reportListed(listed: Listed[]): Promise<void> {
    // Only the last start and the last end can be unreported. A run with a reported start and no reported end is open.
    const begins = await this.reported.getMany(listed.map((run) => keyOf(changeOf(run, 'RUNNING'))))
    const ends = await this.reported.getMany(listed.map((run) => keyOf(changeOf(run, run.status))))
    for (const [index, run] of listed.entries()) {
      const ended = run.status !== 'RUNNING'
      if (begins[index] === undefined) await this.reportBegin(run.executionArn, run.redriveDate)
      else if (!ended || ends[index] === undefined) this.open += 1
      if (ended && ends[index] === undefined) await this.report(await this.describe(run.executionArn))
    }
  }

  private async describe(executionArn: string): Promise<Execution> {
    const described = (await this.ask('DescribeExecution', { executionArn })) as Execution
    const { startDate, stopDate, redriveDate } = described
    return {
      ...described,
      startDate: inMs(startDate) ?? 0,
      stopDate: inMs(stopDate),
      redriveDate: inMs(redriveDate),
    }
  }

  private ask(action: string, input: object): Promise<object> {
    return call(this.around.states, action, input)
  }
}

const inMs = (seconds: number | undefined) => (seconds === undefined ? undefined : Math.round(seconds * 1000))

type Change = Pick<Execution, 'executionArn' | 'status' | 'startDate' | 'stopDate' | 'redriveDate'>

const changeOf = (run: Listed, status: Change['status']): Change => ({
  executionArn: run.executionArn,
  status,
  startDate: inMs(run.startDate) ?? 0,
  stopDate: inMs(run.stopDate),
  redriveDate: inMs(run.redriveDate),
})

/** The unique name of a change of a run. */
function keyOf({ executionArn, status, startDate, stopDate, redriveDate }: Change): string {
  return status === 'RUNNING'
    ? `${executionArn} RUNNING ${redriveDate ?? startDate}`
    : `${executionArn} ended ${stopDate}`
}
