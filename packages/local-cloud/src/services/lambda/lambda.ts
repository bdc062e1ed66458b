import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'
import type { VirtualClock } from '../../core/clock.ts'
import type { RecordMetrics } from '../../core/metrics.ts'
import type { Invoke, Service } from '../../core/service.ts'
import type { LambdaFunction, StackModel } from '../../core/stack-model.ts'
import type { Store } from '../../core/store.ts'
import type { Caller } from '../../faults/call.ts'
import { BadZip, checkCode, folderOf, unpack, unpackKept, zipFileOf } from './code.ts'
import { Concurrency, checkReservations } from './concurrency.ts'
import { appliedAgain, type Deployment, firstApplied } from './deployment.ts'
import { environmentVariables } from './environment-variables.ts'
import { ExecutionEnvironment } from './execution-environment.ts'
import { getFunction, getFunctionConfiguration, listFunctions, updateFunctionCode } from './function-actions.ts'
import {
  deleteFunctionConcurrency,
  getAccountSettings,
  getFunctionConcurrency,
  putFunctionConcurrency,
} from './function-concurrency.ts'
import { invocationMetrics, isThrottle, throttleMetrics } from './invocation-metrics.ts'
import { checkPayload, invoke, type Run, runIn } from './invoke.ts'
import { Pool } from './pool.ts'
import { shippedInstead } from './shipped-code-warning.ts'
import { getAlias, listAliases, listVersionsByFunction, publishVersion, updateAlias } from './version-actions.ts'
import { type Target, Versions } from './versions.ts'

// Enough that fifty callers at once are served soon, few enough for a laptop's memory.
const defaultConcurrency = 10

// Long enough that a developer who tries things out meets warm environments.
const idleMs = 60_000

/**
 * Lambda: the functions of the stack, each environment a worker thread of its own. Versions and aliases are durable:
 * what was shipped outlives a restart, and what Terraform brings is applied as on AWS (see `appliedAgain`).
 * - `folder`: where their code is unzipped.
 * - `apiUrl`: where the HTTP API is this time.
 * - `endpointUrl`: where functions find AWS; asked for when an environment starts, not before.
 * - `log`: gets every line that a function writes.
 * - `record`: gets the metrics of every invocation.
 * - `concurrency`: how many environments a version of a function may have; further calls wait.
 * - `accountConcurrency`: how many calls the account may have at once, those that wait for an environment among them;
 *   further ones are refused, as are those beyond what a function has reserved.
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
    /** The environment to which these credentials were given, as the one who calls with them. */
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
  await checkCode(folder)
  // One after the other: functions may share a zip, and with it the folder.
  for (const settings of stack.functions) {
    const deployment = await apply(settings)
    await versions.deploy(settings.name, deployment)
    const instead = shippedInstead(deployment)
    if (instead) log(settings.name, instead)
  }
  const pools = new Map<string, Pool>()
  const callers = new Map<string, Caller & { secretAccessKey: string }>()

  async function apply(settings: LambdaFunction): Promise<Deployment> {
    const { name, arn, codeFile, aliases, reservedConcurrency, ...configuration } = settings
    const zip = await readFile(codeFile).catch((error: unknown) => {
      throw new Error(`There is no code at ${codeFile}: synthesise the stage again.`, { cause: error })
    })
    const code = await unpack(zip, folder, codeFile).catch((error: unknown) => {
      throw error instanceof BadZip ? new Error(error.message) : error
    })
    const planned = { code, configuration, aliases, reservedConcurrency, apiUrl }
    const kept = await versions.kept(name)
    for (const { code: before } of kept ? [kept.latest, ...kept.published] : []) await unpackKept(folder, before)
    return kept ? appliedAgain(kept, planned, now()) : firstApplied(planned, now())
  }

  function start({ function: { name }, version: { version, code, configuration } }: Target): ExecutionEnvironment {
    const day = now().slice(0, 10).replaceAll('-', '/')
    const logStream = `${day}/[${version}]${randomBytes(16).toString('hex')}`
    const accessKeyId = `local-${name}-${randomBytes(8).toString('hex')}`
    // Unguessable: where the local cloud was started with --token, it opens the AWS endpoint.
    const secretAccessKey = randomBytes(32).toString('base64url')
    const taskRoot = folderOf(folder, code)
    const variables = environmentVariables(configuration, {
      name,
      version,
      logStream,
      region: stack.region,
      endpointUrl: endpointUrl(),
      taskRoot,
      accessKeyId,
      secretAccessKey,
    })
    const { handler, timeoutSeconds, memoryMegabytes } = configuration
    const environment = new ExecutionEnvironment(
      { taskRoot, handler, version, timeoutSeconds, memoryMegabytes, variables, sharedClock: clock.shared },
      (line) => log(name, line),
    )
    callers.set(accessKeyId, { name, crash: () => environment.crash(), secretAccessKey })
    void environment.exited.then(() => callers.delete(accessKeyId))
    return environment
  }

  function poolOf(target: Target): Pool {
    // Of $LATEST there may be another one after each change; what runs in the old one ends there.
    const key = `${target.function.name}:${target.version.version}:${target.version.revisionId}`
    const pool = pools.get(key) ?? new Pool(() => start(target), concurrency, idleMs)
    pools.set(key, pool)
    return pool
  }

  const run: Run = async (named, payload, clientContext) => {
    const target = versions.draw(named)
    const leave = running.enter(target.function.name)
    const { outcome, durationMs } = await runIn(poolOf(target), target, payload, clientContext).finally(leave)
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
    actions: {
      Invoke: invoke(versions, runCounted, log),
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
    },
    callerOf: (accessKeyId) => callers.get(accessKeyId),
    secretOf: (accessKeyId) => callers.get(accessKeyId)?.secretAccessKey,
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.stop()))
    },
  }
}
