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
import { Environments, type LogOfFunctions } from './environments.ts'
import { getFunction, getFunctionConfiguration, listFunctions, updateFunctionCode } from './function-actions.ts'
import {
  deleteFunctionConcurrency,
  getAccountSettings,
  getFunctionConcurrency,
  putFunctionConcurrency,
} from './function-concurrency.ts'
import { Invocations } from './invocations.ts'
import { checkPayload, invoke, type Run } from './invoke.ts'
import { getAlias, listAliases, listVersionsByFunction, publishVersion, updateAlias } from './version-actions.ts'
import { Versions } from './versions.ts'

// Enough that fifty callers at once are served soon, also while SES takes seconds for some; few enough for a laptop's memory.
const defaultConcurrency = 16

export interface LambdaSettings {
  stack: Pick<StackModel, 'region' | 'accountId' | 'functions'>
  store: Store
  /** The folder of the functions' unzipped code. */
  folder: string
  /** The URL of the HTTP API, which may differ at each start. */
  apiUrl?: string
  /** Whether the start applies Terraform and ships nothing, as an apply on AWS. */
  applyOnly?: boolean
  clock: Pick<VirtualClock, 'now' | 'shared'>
  /** The AWS endpoint of functions; read when an environment starts, not before. */
  endpointUrl: () => string
  log: LogOfFunctions
  /** Gets the lines that Lambda writes to the log of a function about each invocation: START, END and REPORT. */
  report: (functionName: string, line: string, logStream: string) => void
  /** Gets the metrics of every invocation. */
  record?: RecordMetrics
  /** How many environments a version of a function may have; further calls wait. */
  concurrency?: number
  /**
   * How many calls the account may have at once, those that wait for an environment among them; further ones are
   * refused, as are those beyond a function's reservation.
   */
  accountConcurrency?: number
}

export interface LambdaService extends Service {
  invoke: Invoke
  /** The caller with these credentials: the environment that they were given to. */
  callerOf(accessKeyId: string): Caller | undefined
  /** The secret access key of the environment that has these credentials. */
  secretOf(accessKeyId: string): string | undefined
  /** What the invocations under way wait for. */
  underWay: Pick<Environments, 'waitsFor' | 'skipWaits' | 'endDueWaits'>
  stop(): Promise<void>
}

/**
 * Lambda: the functions of the stack, each environment a worker thread of its own. Versions and aliases are durable:
 * shipped code outlives a restart, and Terraform's changes are applied as on AWS (see `appliedAgain`).
 * @throws Error with one sentence, where a function's zip cannot be read, where one that was kept is damaged or missing,
 *   or where AWS would refuse what the functions reserve
 */
export async function startLambda(settings: LambdaSettings): Promise<LambdaService> {
  // Functions run in UTC. The time zone belongs to the process; a worker's own TZ has no effect.
  process.env.TZ = 'UTC'

  const { stack, store, folder, apiUrl = '', applyOnly = false, clock, log } = settings
  const { concurrency = defaultConcurrency, accountConcurrency = standardAccountConcurrency } = settings
  const now = () => new Date(clock.now()).toISOString()
  checkReservations(stack.functions, accountConcurrency)
  const versions = new Versions(stack, store)
  await deployFunctions(stack.functions, versions, { folder, apiUrl, applyOnly, now, log })
  const environments = new Environments({ ...settings, region: stack.region, concurrency })
  const running = new Concurrency(versions, accountConcurrency)
  const invocations = new Invocations({ ...settings, versions, environments, running })

  return {
    async invoke(functionArn, payload) {
      const target = versions.resolveInvoked(functionArn)
      checkPayload(payload)
      return await invocations.run(target, payload)
    },
    actions: actionsOf({ versions, running, folder, now, log, run: invocations.runCounted }),
    callerOf: (accessKeyId) => environments.callerOf(accessKeyId),
    secretOf: (accessKeyId) => environments.callerOf(accessKeyId)?.secretAccessKey,
    underWay: environments,
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
