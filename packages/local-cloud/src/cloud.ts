import { basename } from 'node:path'
import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'
import { answerUnsigned } from './control/control-router.ts'
import { controlsOf } from './control/controls.ts'
import { latestRuns } from './control/runs.ts'
import { skipInSteps } from './control/skip-in-steps.ts'
import { slackPosts } from './control/slack.ts'
import type { VirtualClock } from './core/clock.ts'
import { developer, tokenIn } from './gateway/token.ts'
import { permitsRoute } from './permissions/permits.ts'
import { type Api, listenForApi } from './services/api-gateway/server.ts'
import { checkAlarm } from './services/cloudwatch/alarm.ts'
import { checkDefinition } from './services/step-functions/definition.ts'
import { readStack } from './terraform/read-stack.ts'
import { type Base, openBase } from './wiring/base.ts'
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
    const base = await openBase({ stack: readStack(stackFolder, api.url, checks, variables), dataFolder, started, log })
    const token = guarded ? await tokenIn(base.store) : undefined
    const endpoint = new Endpoint()
    const services = await startServices(base, { endpoint, apiUrl: api.url, applyOnly, accountConcurrency })
    const stack = basename(stackFolder)
    await listenForAws(endpoint, base, services, { ...settings, stack, apiUrl: api.url, token })
    serveApi(api, base, services)
    return { stack, region: base.stack.region, cloudUrl: endpoint.url, apiUrl: api.url, token, clock: base.clock, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

type EndpointSettings = Pick<CloudSettings, 'cloudPort' | 'hosts'> & Pick<Cloud, 'stack' | 'apiUrl' | 'token'>

/** Begins to answer AWS clients, the console and the tests. */
async function listenForAws(
  endpoint: Endpoint,
  { clock, faults, log }: Base,
  { named, lambda, states, chatbot, mailbox, record, settled }: Services,
  { cloudPort, hosts = [], stack, apiUrl, token }: EndpointSettings,
): Promise<void> {
  const controls = controlsOf({
    stack,
    apiUrl,
    clock,
    skip: (seconds) => skipInSteps(seconds, { clock, settled }),
    mails: (filter) => mailbox.list(filter),
    runs: () => latestRuns(states),
    slack: () => slackPosts(chatbot),
    faults,
    actions: () => Object.fromEntries(Object.entries(named).map(([name, { actions }]) => [name, Object.keys(actions)])),
  })
  await endpoint.start({
    port: cloudPort,
    hosts,
    keys:
      token === undefined ? undefined : { token, secretOf: (id) => (id === developer ? token : lambda.secretOf(id)) },
    services: named,
    unsigned: answerUnsigned(controls),
    faults,
    callerOf: lambda.callerOf,
    refused: async (service, action, { code }) => {
      if (service === 'states' && code === 'ThrottlingException') await record(throttledEvent(action))
    },
    log,
  })
}

/** API Gateway → Lambda and CloudWatch: begins to answer the requests of the HTTP API, and measures them. */
function serveApi(api: Api, { stack, clock, log }: Base, { invoke, record }: Services): void {
  api.serve({ stack, clock, log, record, invoke: invoke('api'), permits: (route) => permitsRoute(stack, route) })
}
