import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import type { VirtualClock } from '../clock.ts'
import type { Caller } from '../faults/faults.ts'
import type { Invoke, Service } from '../service.ts'
import type { System } from '../system.ts'
import { unpack } from './code.ts'
import { environmentVariables } from './environment-variables.ts'
import { ExecutionEnvironment } from './execution-environment.ts'
import { getAlias, listAliases } from './get-alias.ts'
import { getFunction, getFunctionConfiguration } from './get-function.ts'
import { checkPayload, invoke, run } from './invoke.ts'
import { listFunctions } from './list-functions.ts'
import { Pool } from './pool.ts'
import { type DeployedFunction, type Target, Versions } from './versions.ts'

// Enough that fifty callers at once are served soon, few enough for a laptop's memory.
const defaultConcurrency = 10

// Long enough that a developer who tries things out meets warm environments.
const idleMs = 60_000

/**
 * Lambda: the functions of the system, each environment a worker thread of its own.
 * - `folder`: where their code is unzipped.
 * - `endpointUrl`: where functions find AWS; asked for when an environment starts, not before.
 * - `log`: gets every line that a function writes.
 * - `concurrency`: how many environments a version of a function may have; further calls wait.
 * @throws Error with one sentence, where a function's zip cannot be read
 */
export async function startLambda({
  system,
  folder,
  clock,
  endpointUrl,
  log,
  concurrency = defaultConcurrency,
}: {
  system: Pick<System, 'region' | 'accountId' | 'functions'>
  folder: string
  clock: Pick<VirtualClock, 'now' | 'shared'>
  endpointUrl: () => string
  log: (functionName: string, line: string) => void
  concurrency?: number
}): Promise<
  Service & {
    invoke: Invoke
    /** The environment to which these credentials were given, as the one who calls with them. */
    callerOf(accessKeyId: string): Caller | undefined
    stop(): Promise<void>
  }
> {
  // Functions run in UTC. The time zone belongs to the process; a worker's own TZ has no effect.
  process.env.TZ = 'UTC'

  await mkdir(folder, { recursive: true })
  const deployed: DeployedFunction[] = []
  // One after the other: functions may share a zip, and with it the folder.
  for (const settings of system.functions) {
    deployed.push({ settings, code: await unpack(settings.codeFile, folder) })
  }
  const versions = new Versions(system, deployed)
  const pools = new Map<string, Pool>()
  const callers = new Map<string, Caller>()

  function start({ function: { settings }, version, code }: Target): ExecutionEnvironment {
    const day = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/')
    const logStream = `${day}/[${version}]${randomBytes(16).toString('hex')}`
    const accessKeyId = `local-${settings.name}-${randomBytes(8).toString('hex')}`
    const variables = environmentVariables(settings, {
      version,
      logStream,
      region: system.region,
      endpointUrl: endpointUrl(),
      taskRoot: code.folder,
      accessKeyId,
    })
    const { handler, timeoutSeconds, memoryMegabytes } = settings
    const environment = new ExecutionEnvironment(
      {
        taskRoot: code.folder,
        handler,
        version,
        timeoutSeconds,
        memoryMegabytes,
        variables,
        sharedClock: clock.shared,
      },
      (line) => log(settings.name, line),
    )
    callers.set(accessKeyId, { name: settings.name, crash: () => environment.crash() })
    void environment.exited.then(() => callers.delete(accessKeyId))
    return environment
  }

  function poolOf(target: Target): Pool {
    const key = `${target.function.settings.name}:${target.version}`
    const pool = pools.get(key) ?? new Pool(() => start(target), concurrency, idleMs)
    pools.set(key, pool)
    return pool
  }

  return {
    async invoke(functionArn, payload) {
      const target = versions.resolve(functionArn)
      checkPayload(payload)
      return await run(poolOf(target), target, payload)
    },
    actions: {
      Invoke: invoke(versions, poolOf, log),
      GetFunction: getFunction(versions),
      GetFunctionConfiguration: getFunctionConfiguration(versions),
      ListFunctions: listFunctions(versions),
      GetAlias: getAlias(versions),
      ListAliases: listAliases(versions),
    },
    callerOf: (accessKeyId) => callers.get(accessKeyId),
    async stop() {
      await Promise.all([...pools.values()].map((pool) => pool.stop()))
    },
  }
}
