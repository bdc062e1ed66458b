import type { RecordMetrics } from '../../core/metrics.ts'
import type { Concurrency } from './concurrency.ts'
import type { Environments } from './environments.ts'
import { invocationMetrics, isThrottle, throttleMetrics } from './invocation-metrics.ts'
import { type Run, runIn } from './invoke.ts'
import type { Versions } from './versions.ts'

/** Runs functions, within the limits of the account, and measures each invocation. */
export class Invocations {
  constructor(
    private readonly around: {
      versions: Versions
      environments: Environments
      running: Concurrency
      record?: RecordMetrics
      log: (functionName: string, line: string) => void
    },
  ) {}

  /** For other services: they count the throttles themselves, where their faults are injected. */
  readonly run: Run = async (named, payload, clientContext) => {
    const { versions, environments, running, record, log } = this.around
    const target = versions.draw(named)
    const { name } = target.function
    const leave = running.enter(name)
    const { outcome, durationMs } = await runIn(environments.of(target), target, payload, clientContext).finally(leave)
    const failed = outcome.functionError !== undefined
    await record?.(invocationMetrics(target, { failed, durationMs })).catch((error: unknown) =>
      log(name, `The metrics of this invocation are lost: ${error}`),
    )
    return outcome
  }

  /** For the API of Lambda itself. */
  readonly runCounted: Run = (target, ...rest) =>
    this.run(target, ...rest).catch(async (error: unknown) => {
      if (isThrottle(error)) await this.around.record?.(throttleMetrics(target.arn))
      throw error
    })
}
