import { basename, join } from 'node:path'
import { standardAccountConcurrency } from '@confirmation-reminder/contracts/concurrency'
import { answerUnsigned } from './control/control-router.ts'
import { controlsOf } from './control/controls.ts'
import { latestRuns } from './control/runs.ts'
import { skipInSteps } from './control/skip-in-steps.ts'
import { slackPosts } from './control/slack.ts'
import type { VirtualClock } from './core/clock.ts'
import { dataFolders, keepVersion } from './core/data-folder.ts'
import { DurableClock } from './core/durable-clock.ts'
import type { Invoke, Service } from './core/service.ts'
import { openStore } from './core/store.ts'
import { Faults } from './faults/faults.ts'
import { inject } from './faults/inject.ts'
import { type Gateway, startGateway } from './gateway/gateway.ts'
import { developer, tokenIn } from './gateway/token.ts'
import { canPublish } from './permissions/can-publish.ts'
import { permitsRoute, permitsRule, permitsSubscription } from './permissions/permits.ts'
import { listenForApi } from './services/api-gateway/server.ts'
import { startChatbot } from './services/chatbot/chatbot.ts'
import { checkAlarm } from './services/cloudwatch/alarm.ts'
import { chatbotRegion, metricsIn, startRegions } from './services/cloudwatch/regions.ts'
import { startDynamoDb } from './services/dynamodb/dynamodb.ts'
import { startEvents } from './services/eventbridge/events.ts'
import { isThrottle, throttleMetrics } from './services/lambda/invocation-metrics.ts'
import { startLambda } from './services/lambda/lambda.ts'
import { mailEvents } from './services/ses/mail-events.ts'
import { startSes } from './services/ses/ses.ts'
import { startSns } from './services/sns/sns.ts'
import { checkDefinition } from './services/step-functions/definition.ts'
import { startStates } from './services/step-functions/states.ts'
import { readStack } from './terraform/read-stack.ts'
import { publisherOf } from './wiring/caller-identity.ts'
import { MailMetrics } from './wiring/mail-metrics.ts'
import { alarmsTo, mailEventsTo } from './wiring/publish-to-topics.ts'
import { RunChanges } from './wiring/run-changes.ts'
import { throttledEvent } from './wiring/run-metrics.ts'

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

/**
 * Starts everything that a synthesised stack describes.
 * @param stackFolder where its `cdk.tf.json` stands
 * @param variables values of the stack's Terraform variables, before their defaults
 * @param accountConcurrency how many Lambda executions the account may have at once
 * @param dataFolder what is durable, for this process alone
 * @param hosts names that requests to the cloud's URL may have in their Host header besides loopback's
 * @param guarded whether they must prove the token of the data folder
 * @throws Error with one sentence, where the stack cannot run here, a port is taken, or the data folder is in use
 *   or damaged; then nothing is left running.
 */
export async function startCloud({
  stackFolder,
  variables = {},
  accountConcurrency = standardAccountConcurrency,
  dataFolder,
  cloudPort,
  apiPort,
  hosts = [],
  guarded = false,
  log,
}: {
  stackFolder: string
  variables?: Readonly<Record<string, string>>
  accountConcurrency?: number
  dataFolder: string
  cloudPort: number
  apiPort: number
  hosts?: readonly string[]
  guarded?: boolean
  log: (line: string) => void
}): Promise<Cloud> {
  const api = await listenForApi(apiPort)
  const started: (() => void | Promise<void>)[] = []
  const stop = async () => {
    await api.stop()
    for (const end of started.splice(0).reverse()) await end()
  }

  try {
    const stack = basename(stackFolder)
    const model = readStack(stackFolder, api.url, { alarm: checkAlarm, definition: checkDefinition }, variables)
    const store = await openStore(join(dataFolder, dataFolders.store))
    started.push(() => store.close())
    const token = guarded ? await tokenIn(store) : undefined
    const clock = await DurableClock.open(store)
    started.push(() => clock.stop())
    const faults = await Faults.open(store)
    started.push(() => faults.stop())
    if (faults.list().length > 0) log(`faults: the rules of before are in force; PUT [] to /_local/faults ends them`)
    const dynamodb = await startDynamoDb({ stack: model, clock, folder: join(dataFolder, dataFolders.tables) })
    started.push(() => dynamodb.stop())
    await keepVersion(dataFolder)
    const metrics = metricsIn(model.region, { stack: model, store, clock })
    const mails = await MailMetrics.open(metrics, clock)
    const chatbotMetrics = metricsIn(chatbotRegion, { stack: model, store, clock })
    const chatbot = await startChatbot({
      store,
      clock,
      channels: model.slackChannels,
      log,
      record: (name, dimensions) =>
        chatbotMetrics.record({ namespace: 'AWS/Chatbot', name, dimensions, value: 1, unit: 'Count' }),
    })

    // It listens when all services are there, and stops after the functions, which call it to their end.
    let gateway: Gateway | undefined
    let listening = () => {}
    const gatewayListens = new Promise<void>((resolve) => {
      listening = resolve
    })
    started.push(() => gateway?.stop())
    const urlOf = (port = 0) => `http://127.0.0.1:${port}`
    const lambda = await startLambda({
      stack: model,
      store,
      folder: join(dataFolder, dataFolders.code),
      accountConcurrency,
      apiUrl: api.url,
      clock,
      endpointUrl: () => urlOf(gateway?.port),
      log: (name, line) => log(`${name}  ${line}`),
      record: (...datums) => metrics.record(...datums),
    })
    started.push(() => lambda.stop())
    const invokeAs =
      (name: 'api' | 'events' | 'sns' | 'states'): Invoke =>
      async (functionArn, payload) => {
        await gatewayListens
        const input = { FunctionName: functionArn, Payload: payload }
        const call = { service: 'lambda', action: 'Invoke', input, caller: { name } }
        return await inject(faults, call, () => lambda.invoke(functionArn, payload)).catch(async (error: unknown) => {
          if (isThrottle(error)) await metrics.record(...throttleMetrics(functionArn))
          throw error
        })
      }
    const sns = await startSns({
      stack: model,
      store,
      clock,
      invoke: invokeAs('sns'),
      faults,
      record: (...datums) => metrics.record(...datums),
      canPublish,
      publisherOf: (accessKeyId) => publisherOf(model, accessKeyId),
      permits: (subscription) => permitsSubscription(model, subscription),
      log,
    })
    started.push(() => sns.stop())
    sns.outbox.onPublished(({ topicArn, message, id, at }) => chatbot.receive(topicArn, message, id, at))
    await sns.outbox.redeliver()
    const told = mailEvents({ stack: model, store, clock, publish: mailEventsTo(sns.topics, model, log), faults, log })
    const ses = await startSes({ stack: model, store, clock, events: told, measured: (mail) => mails.of(mail) })
    started.push(() => ses.stop())
    const events = await startEvents({
      store,
      clock,
      rules: model.eventRules,
      invoke: invokeAs('events'),
      publish: async (topicArn, message) => void (await sns.topics.publish({ topicArn, message })),
      permits: (rule, target) => permitsRule(model, rule, target),
      log,
    })
    started.push(() => events.stop())
    let changes: RunChanges | undefined
    started.push(() => changes?.settled())
    const states = await startStates({
      store,
      clock,
      machines: model.stateMachines,
      invoke: invokeAs('states'),
      log,
    })
    started.push(() => states.stop())
    changes = await RunChanges.open({ states, store, metrics, events, log })
    // Last, so that nothing that happened before is missing when alarms look back.
    const cloudwatch = await startRegions({ stack: model, store, clock, publish: alarmsTo(sns.topics, model), log })
    started.push(() => cloudwatch.stop())

    const controls = controlsOf({
      stack,
      apiUrl: api.url,
      clock,
      skip: (seconds) =>
        skipInSteps(seconds, {
          clock,
          settled: async () => {
            for (const part of [dynamodb, states, ses, sns, changes, events, cloudwatch]) await part?.settled()
          },
        }),
      mails: (filter) => ses.mailbox.list(filter),
      runs: () => latestRuns(states),
      slack: () => slackPosts(chatbot),
      faults,
      actions: () => actionsOf(services),
    })
    const services = { dynamodb, lambda, ses, sns, states: changes.watch(), ...cloudwatch.services }
    gateway = await startGateway({
      port: cloudPort,
      hosts,
      keys:
        token === undefined ? undefined : { token, secretOf: (id) => (id === developer ? token : lambda.secretOf(id)) },
      services,
      unsigned: answerUnsigned(controls),
      faults,
      callerOf: lambda.callerOf,
      refused: async (service, action, { code }) => {
        if (service === 'states' && code === 'ThrottlingException') await metrics.record(throttledEvent(action))
      },
      log,
    })
    listening()
    api.serve({
      stack: model,
      invoke: invokeAs('api'),
      clock,
      permits: (route) => permitsRoute(model, route),
      record: (...datums) => metrics.record(...datums),
      log,
    })
    return { stack, region: model.region, cloudUrl: urlOf(gateway.port), apiUrl: api.url, token, clock, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const actionsOf = (services: Record<string, Service>) =>
  Object.fromEntries(Object.entries(services).map(([name, { actions }]) => [name, Object.keys(actions)]))
