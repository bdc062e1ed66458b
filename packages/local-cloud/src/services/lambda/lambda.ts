import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'
import type { VirtualClock } from '../../core/clock.ts'
import type { RecordMetrics } from '../../core/metrics.ts'
import type { Invoke, Service } from '../../core/service.ts'
import type { StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import type { Caller } from '../../faults/call.ts'
import { zipFileOf } from './code.ts'
import { Concurrency, checkReservations } from './concurrency.ts'
import { deployFunctions } from './deploy-functions.ts'
import { Environments } from './environments.ts'
import { getFunction, getFunctionConfiguration, listFunctions, updateFunctionCode } from './function-actions.ts'
import {
  deleteFunctionConcurrency,
  getAccountSettings,
  getFunctionConcurrency,
  putFunctionConcurrency,
} from './function-concurrency.ts'
import { invocationMetrics, isThrottle, throttleMetrics } from './invocation-metrics.ts'
import { checkPayload, invoke, type Run, runIn } from './invoke.ts'
import { getAlias, listAliases, listVersionsByFunction, publishVersion, updateAlias } from './version-actions.ts'
import { Versions } from './versions.ts'

// Enough that fifty callers at once are served soon, few enough for a laptop's memory.
const defaultConcurrency = 10

/**
 * Lambda: the functions of the stack, each environment a worker thread of its own. Versions and aliases are durable:
 * shipped code outlives a restart, and Terraform's changes are applied as on AWS (see `appliedAgain`).
 * - `folder`: the folder of their unzipped code.
 * - `apiUrl`: the URL of the HTTP API, which may differ at each start.
 * - `endpointUrl`: the AWS endpoint of functions; read when an environment starts, not before.
 * - `log`: gets every line that a function writes.
 * - `record`: gets the metrics of every invocation.
 * - `concurrency`: how many environments a version of a function may have; further calls wait.
 * - `accountConcurrency`: how many calls the account may have at once, those that wait for an environment among them;
 *   further ones are refused, as are those beyond a function's reservation.
 * @throws Error with one sentence, where a function's zip cannot be read, where one that was kept is damaged or missing,
 *   or where AWS would refuse what the functions reserve
 */
export async function startLambda({
  stack,
  store,
  folder,
  apiUrl = '',
  clock,
  endpointUrl,
  log,
  record = async () => {},
  concurrency = defaultConcurrency,
  accountConcurrency = standardAccountConcurrency,
}: {
  stack: Pick<StackModel, 'region' | 'accountId' | 'functions'>
  store: Store
  folder: string
  apiUrl?: string
  clock: Pick<VirtualClock, 'now' | 'shared'>
  endpointUrl: () => string
  log: (functionName: string, line: string) => void
  record?: RecordMetrics
  concurrency?: number
  accountConcurrency?: number
}): Promise<
  Service & {
    invoke: Invoke
    /** The caller with these credentials: the environment that they were given to. */
    callerOf(accessKeyId: string): Caller | undefined
    /** The secret access key of the environment that has these credentials. */
    secretOf(accessKeyId: string): string | undefined
    stop(): Promise<void>
  }
> {
  // Functions run in UTC. The time zone belongs to the process; a worker's own TZ has no effect.
  process.env.TZ = 'UTC'

  const now = () => new Date(clock.now()).toISOString()
  checkReservations(stack.functions, accountConcurrency)
  const versions = new Versions(stack, store)
  const running = new Concurrency(versions, accountConcurrency)
  await deployFunctions(stack.functions, versions, { folder, apiUrl, now, log })
  const environments = new Environments({ region: stack.region, folder, clock, endpointUrl, log, concurrency })

  const run: Run = async (named, payload, clientContext) => {
    const target = versions.draw(named)
    const leave = running.enter(target.function.name)
    const { outcome, durationMs } = await runIn(environments.of(target), target, payload, clientContext).finally(leave)
    const failed = outcome.functionError !== undefined
    await record(...invocationMetrics(target, { failed, durationMs })).catch((error: unknown) =>
      log(target.function.name, `The metrics of this invocation are lost: ${error}`),
    )
    return outcome
  }

  /** For the API of Lambda itself. The throttles of services that invoke functions are counted where their faults are injected. */
  const runCounted: Run = (target, ...rest) =>
    run(target, ...rest).catch(async (error: unknown) => {
      if (isThrottle(error)) await record(...throttleMetrics(target.arn))
      throw error
    })

  return {
    async invoke(functionArn, payload) {
      const target = versions.resolve(functionArn)
      checkPayload(payload)
      return await run(target, payload)
    },
    actions: actionsOf({ versions, running, folder, now, log, run: runCounted }),
    callerOf: (accessKeyId) => environments.callerOf(accessKeyId),
    secretOf: (accessKeyId) => environments.callerOf(accessKeyId)?.secretAccessKey,
    stop: () => environments.stop(),
  }
}

interface Parts {
  versions: Versions
  running: Concurrency
  folder: string
  now: () => string
  log: (functionName: string, line: string) => void
  run: Run
}

function actionsOf({ versions, running, folder, now, log, run }: Parts): Service['actions'] {
  return {
    Invoke: invoke(versions, run, log),
    GetFunction: getFunction(versions, (code) => zipFileOf(folder, code)),
    GetFunctionConfiguration: getFunctionConfiguration(versions),
    GetFunctionConcurrency: getFunctionConcurrency(versions),
    PutFunctionConcurrency: putFunctionConcurrency(versions, running),
    DeleteFunctionConcurrency: deleteFunctionConcurrency(versions),
    GetAccountSettings: getAccountSettings(versions, running),
    ListFunctions: listFunctions(versions),
    UpdateFunctionCode: updateFunctionCode(versions, folder, now),
    PublishVersion: publishVersion(versions, now),
    ListVersionsByFunction: listVersionsByFunction(versions),
    GetAlias: getAlias(versions),
    ListAliases: listAliases(versions),
    UpdateAlias: updateAlias(versions),
  }
}
