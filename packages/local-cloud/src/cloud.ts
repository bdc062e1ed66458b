import { basename } from 'node:path'
import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'
import { answerUnsigned } from './control/control-router.ts'
import { controlsOf } from './control/controls.ts'
import { latestRuns } from './control/runs.ts'
import { skipInSteps } from './control/skip-in-steps.ts'
import { PauseSkipper, type UnderWay } from './control/skip-pauses.ts'
import { slackPosts } from './control/slack.ts'
import type { VirtualClock } from './core/clock.ts'
import type { StackModel } from './core/stack-model.ts'
import { isDevelopers, tokenIn } from './gateway/token.ts'
import { checkNeeds } from './permissions/needs.ts'
import { Permissions } from './permissions/permissions.ts'
import { recordUsage, usageVariable, userVariable } from './permissions/usage.ts'
import { type Api, listenForApi } from './services/api-gateway/server.ts'
import { checkAlarm } from './services/cloudwatch/alarm.ts'
import { checkDefinition } from './services/step-functions/definition/definition.ts'
import { readStack } from './terraform/read-stack.ts'
import { type Base, openBase } from './wiring/base.ts'
import { sessionOf } from './wiring/caller-identity.ts'
import { consoleOf } from './wiring/console.ts'
import { Endpoint } from './wiring/endpoint.ts'
import { throttledEvent } from './wiring/run-metrics.ts'
import { type Services, startServices } from './wiring/services.ts'
import { Started } from './wiring/started.ts'

export interface Cloud {
  /** The name of the stack, as in `confirmation-reminder-dev`. */
  stack: string
  region: string
  /** The AWS endpoint, the control surface and the console. */
  cloudUrl: string
  /** The product's HTTP API. */
  apiUrl: string
  /** What every request to the cloud's URL must prove; undefined, where it need not. */
  token: string | undefined
  /** What of the stack is made on AWS only, in words. */
  leftOut: readonly string[]
  /** The runtimes that functions have on AWS. */
  runtimes: readonly string[]
  clock: VirtualClock
  /** Takes no more requests, ends what runs, and closes what is durable. */
  stop(): Promise<void>
}

export interface CloudSettings {
  /** Where the `cdk.tf.json` of the stack is. */
  stackFolder: string
  /** Values of the stack's Terraform variables, before their defaults. */
  variables?: Readonly<Record<string, string>>
  /** How many Lambda executions the account may have at once. */
  accountConcurrency?: number
  /** Whether the start applies Terraform and ships nothing: aliases stay, as after an apply on AWS. */
  applyOnly?: boolean
  /** What is durable, for this process alone. */
  dataFolder: string
  cloudPort: number
  apiPort: number
  /** Names that requests to the cloud's URL may have in their Host header besides loopback's. */
  hosts?: readonly string[]
  /** Whether requests to the cloud's URL must prove the token of the data folder. */
  guarded?: boolean
  /** The token that a new data folder gets; a random one if it is left out. */
  token?: string | undefined
  /**
   * Resolves with what starts again with an empty data folder, once nothing stands against it. Left out: the console offers no
   * reset.
   */
  reset?: () => Promise<() => void>
  /** Whether the policies of the stack are enforced; they are, unless this is false. */
  iam?: boolean
  log: (line: string) => void
}

/**
 * Starts everything that a synthesised stack describes.
 * @throws Error with one sentence, where the stack cannot run here, a port is taken, or the data folder is in use
 *   or damaged; then nothing is left running.
 */
export async function startCloud(settings: CloudSettings): Promise<Cloud> {
  const { stackFolder, dataFolder, variables, guarded, log } = settings
  const { accountConcurrency = standardAccountConcurrency, applyOnly = false } = settings
  const api = await listenForApi(settings.apiPort)
  const started = new Started()
  const stop = async () => {
    await api.stop()
    await started.stop()
  }
  try {
    const checks = { alarm: checkAlarm, definition: checkDefinition }
    const model = readStack(stackFolder, api.url, checks, variables)
    const permissions = permissionsOf(model, settings)
    const base = await openBase({ stack: model, permissions, dataFolder, started, log })
    permissions.checkPollers()
    const token = guarded ? await tokenIn(base.store, settings.token) : undefined
    const endpoint = new Endpoint()
    const services = await startServices(base, { endpoint, apiUrl: api.url, applyOnly, accountConcurrency })
    checkNeeds(services.named)
    const stack = basename(stackFolder)
    await listenForAws(endpoint, base, services, { ...settings, stack, apiUrl: api.url, token })
    serveApi(api, base, services)
    const runtimes = model.functions.map(({ runtime }) => runtime)
    const place = { region: base.stack.region, cloudUrl: endpoint.url, apiUrl: api.url }
    return { stack, ...place, token, leftOut: model.leftOut, runtimes, clock: base.clock, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

/** The permissions of the stack, whose use is recorded if the environment names a folder for that. */
function permissionsOf(stack: StackModel, { iam = true, log }: CloudSettings): Permissions {
  const { [usageVariable]: folder, [userVariable]: user = '' } = process.env
  return new Permissions(stack, { enforced: iam, log, ...(folder && { used: recordUsage(folder, user) }) })
}

type EndpointSettings = Pick<CloudSettings, 'cloudPort' | 'hosts' | 'iam' | 'reset'> &
  Pick<Cloud, 'stack' | 'apiUrl' | 'token'>

/** Begins to answer AWS clients, the console and the tests. */
async function listenForAws(
  endpoint: Endpoint,
  base: Base,
  services: Services,
  { cloudPort, hosts = [], iam = true, reset, stack, apiUrl, token }: EndpointSettings,
): Promise<void> {
  const { stack: model, permissions, clock, faults, started, log } = base
  const { named, lambda, states, chatbot, mailbox, record, during, settled, total } = services
  const pauses = started.add(new PauseSkipper(underWayIn(base, lambda.underWay)))
  const page = started.add(consoleOf(base, services, { stack, apiUrl, iam, reset }))
  const controls = controlsOf({
    stack,
    apiUrl,
    iam,
    clock,
    skip: (seconds) => during(() => skipInSteps(seconds, { clock, settled })).finally(() => page.moved()),
    console: page,
    pauses: {
      get skipped() {
        return pauses.isOn
      },
      skip: async (on) => {
        lambda.underWay.skipWaits(on)
        await pauses.switch(on)
      },
    },
    mails: (filter) => mailbox.page(filter),
    runs: () => latestRuns(states),
    slack: () => slackPosts(chatbot),
    total,
    faults,
    permissions,
    actions: () => Object.fromEntries(Object.entries(named).map(([name, { actions }]) => [name, Object.keys(actions)])),
  })
  const session = sessionOf(model)
  await endpoint.start({
    port: cloudPort,
    hosts,
    keys:
      token === undefined ? undefined : { token, secretOf: (id) => (isDevelopers(id) ? token : lambda.secretOf(id)) },
    services: named,
    unsigned: answerUnsigned(controls, page),
    faults,
    callerOf: lambda.callerOf,
    authorize: (accessKeyId, call) => {
      const calling = session(accessKeyId)
      if (calling) permissions.check(calling, call)
    },
    refused: async (service, action, { code }) => {
      if (service === 'states' && code === 'ThrottlingException') await record([throttledEvent(action)])
    },
    log,
  })
}

/** What functions wait for, and calls that are delayed by faults. */
function underWayIn({ clock, faults }: Base, invocations: Services['lambda']['underWay']): UnderWay {
  return {
    clock,
    waitsUntil: () => {
      const waits = invocations.waitsFor()
      const delayed = [...faults.delayed]
      const held = delayed.filter(([{ caller, isAwaited }]) => caller?.crash && isAwaited?.())
      // Any other response that a function waits for is being made, or is on its way.
      if (waits?.responses !== held.length) return undefined
      return Math.min(waits.untilMs, ...delayed.map(([, untilMs]) => untilMs))
    },
    endDueWaits: () => invocations.endDueWaits(),
  }
}

/** API Gateway → Lambda and CloudWatch: begins to answer the requests of the HTTP API, and measures them. */
function serveApi(api: Api, { stack, permissions, clock, log }: Base, { invoke, record }: Services): void {
  api.serve({ stack, clock, log, record, invoke: invoke('api'), permits: (route) => permissions.permitsRoute(route) })
}
