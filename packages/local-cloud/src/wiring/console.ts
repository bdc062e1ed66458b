import { customersTable } from '@confirmation-reminder/contracts/customers-table'
import { mailTags } from '@confirmation-reminder/contracts/mail-tags'
import { AlarmReader } from '../console/alarm-reader.ts'
import { architecture } from '../console/architecture.ts'
import { Console } from '../console/console.ts'
import { functionsOf } from '../console/function-reader.ts'
import { LogReader } from '../console/log-reader.ts'
import { OverviewReader } from '../console/overview-reader.ts'
import { SlackChannel } from '../console/slack-channel.ts'
import { call } from '../core/service.ts'
import type { Base } from './base.ts'
import { sendingOf } from './sending.ts'
import type { Services } from './services.ts'

/** What the console reads of the services. */
export function consoleOf(
  base: Base,
  services: Services,
  { reset, ...home }: { stack: string; apiUrl: string; iam: boolean; reset: (() => Promise<() => void>) | undefined },
): Console {
  const { stack, clock } = base
  const { dynamodb, states, logs, mailbox, chatbot, alarmRegions, lambda } = services
  let drawn: ReturnType<typeof architecture> | undefined
  return new Console({
    home: {
      stack: home.stack,
      region: stack.region,
      apiUrl: home.apiUrl,
      iam: home.iam ? 'on' : 'off',
      resets: reset !== undefined,
    },
    reset,
    sending: sendingOf(stack),
    clock,
    states,
    logs,
    onLine: (listener) => logs.writtenListeners.push(listener),
    logGroups: stack.logGroups
      .map(({ name }) => name)
      .filter((name) => stack.functions.some(({ logGroup }) => logGroup === name)),
    runs: states.runs,
    mails: mailbox,
    posts: chatbot,
    customerTag: mailTags.customer,
    customer: async (id) => {
      const table = stack.tables.find(({ ttlAttribute, hashKey }) => hashKey === customersTable.hashKey && ttlAttribute)
      if (!table || id === '') return undefined
      const key = { TableName: table.name, Key: { [customersTable.hashKey]: { S: id } } }
      return ((await call(dynamodb, 'GetItem', key)) as { Item?: object }).Item as never
    },
    slack: new SlackChannel(chatbot, stack.slackChannels[0]?.slackChannelId ?? null),
    alarms: new AlarmReader(alarmRegions),
    lines: new LogReader(logs, () => stack.functions.map(({ name }) => name)),
    overview: overviewOf(base, services),
    functions: () => functionsOf(lambda, logs),
    architecture: () => {
      drawn ??= architecture(stack)
      return drawn
    },
  })
}

function overviewOf({ stack, clock }: Base, { logs }: Services): OverviewReader {
  const lifetime = stack.functions.map(({ environment }) => environment.REGISTRATION_LIFETIME_SECONDS).find(Boolean)
  return new OverviewReader(
    {
      after: logs.after,
      onLine: (listener) => void logs.writtenListeners.push((line) => listener(line.functionName, line)),
    },
    {
      functionNames: () => stack.functions.map(({ name }) => name),
      now: () => clock.now(),
      lifetimeMs: Number(lifetime ?? Infinity) * 1000,
    },
  )
}
