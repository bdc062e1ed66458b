import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { ownMetrics, ownNamespace } from '@confirmation-reminder/contracts/metrics'
import { usualEvidenceSeconds } from '@confirmation-reminder/contracts/sending'
import type { Settings } from '../settings.ts'
import { type Alarm, workflowMetrics } from './alarm.ts'
import { any, everyChange, lasting, level, nothingWithin, type Rule } from './rule.ts'

/** What the alarms watch, as the dimensions of its metrics name it. */
export interface Watched {
  stateMachineArn: string
  /** The alias that runs invoke. */
  calledByRunsArn: string
  functionNames: Record<FunctionName, string>
  api: { id: string; name: string }
  /** The names of the topic to which SES publishes mail events, and of the queues behind it. */
  mailEvents: { topicName: string; queueName: string; deadLettersName: string }
  /** The name of the queue of changes that were not announced. */
  events: { unannouncedName: string }
  /** The name of the queue of events that the webhook did not take; undefined for a stage without a webhook. */
  webhook: { deadLettersName: string } | undefined
  /** The name of Chatbot's configuration. */
  slackChannel: string
}

/** Chatbot publishes its metrics in this Region, for stages of all Regions. */
export const chatbotMetricsRegion = 'us-east-1'

/** Where AWS begins to review an account: the shares of mails that bounce, and that people complain of. */
export const reviewedRates = { bounces: 0.05, complaints: 0.001 }

/**
 * Every alarm of a stage. The styles differ in the article's five, which are about runs. The others are quiet in both:
 * the article has none of them, and a minute without errors of a function is not news.
 */
export function alarmTable(
  settings: Pick<Settings, 'alarmStyle' | 'expectsSuccessEverySeconds'>,
  on: Watched,
): Alarm[] {
  const workflow = { namespace: 'AWS/States', dimensions: { StateMachineArn: on.stateMachineArn } }
  const calls = { namespace: 'AWS/States', dimensions: { LambdaFunctionArn: on.calledByRunsArn } }
  const start = { namespace: 'AWS/States', dimensions: { APIName: 'StartExecution' } }
  const account = { namespace: 'AWS/States' }
  const api = { namespace: 'AWS/ApiGateway', dimensions: { ApiId: on.api.id } }
  const mail = { namespace: 'AWS/SES' }
  const { topicName, queueName, deadLettersName } = on.mailEvents
  const mailEvents = { namespace: 'AWS/SNS', dimensions: { TopicName: topicName } }
  const queueNamed = (QueueName: string) => ({ namespace: 'AWS/SQS', dimensions: { QueueName } })
  const own = { namespace: ownNamespace }
  const announcing = { namespace: 'AWS/Lambda', dimensions: { FunctionName: on.functionNames.announce } }
  const slack = {
    namespace: 'AWS/Chatbot',
    dimensions: { ConfigurationName: on.slackChannel },
    region: chatbotMetricsRegion,
  }
  return [
    ...workflowRules(settings).map(([id, rule]) => ({ id, ...workflow, metricName: id, ...rule })),
    ...functionNames.flatMap((name): Alarm[] => {
      const lambda = { namespace: 'AWS/Lambda', dimensions: { FunctionName: on.functionNames[name] } }
      return [
        { id: `${name}-Errors`, ...lambda, metricName: 'Errors', ...functionRules[name].errors },
        { id: `${name}-Throttles`, ...lambda, metricName: 'Throttles', ...functionRules[name].throttles },
      ]
    }),
    { id: 'api-5xx', ...api, metricName: '5xx', ...any },
    { id: 'mail-BounceRate', ...mail, metricName: 'Reputation.BounceRate', ...level('Average', reviewedRates.bounces) },
    {
      id: 'mail-ComplaintRate',
      ...mail,
      metricName: 'Reputation.ComplaintRate',
      ...level('Average', reviewedRates.complaints),
    },
    { id: 'mail-HeldBack', ...own, metricName: ownMetrics.mailsHeldBack, ...betweenAttempts },
    { id: 'mail-Rejected', ...own, metricName: ownMetrics.mailsRejected, ...any },
    { id: 'mail-EventsUndelivered', ...mailEvents, metricName: 'NumberOfNotificationsFailed', ...any },
    { id: 'mail-EventsFailed', ...own, metricName: ownMetrics.eventsFailed, ...lasting },
    { id: 'mail-EventsLate', ...queueNamed(queueName), metricName: 'ApproximateAgeOfOldestMessage', ...late },
    { id: 'mail-EventsDead', ...queueNamed(deadLettersName), metricName: waitingMessages, ...anyLeft },
    { id: 'runs-AwaitEvidence', ...own, metricName: ownMetrics.awaitingEvidence, ...betweenAttempts },
    // What the metrics of `reminder` do not count: Lambda did not run it.
    { id: 'runs-CallsFail', ...calls, metricName: 'LambdaFunctionsFailed', ...lasting },
    { id: 'runs-Gone', ...own, metricName: ownMetrics.customersGone, ...any },
    { id: 'runs-Refused', ...start, metricName: 'ThrottledEvents', ...any },
    // A million runs may be open in an account and Region; a fifth is left to act in.
    { id: 'runs-Open', ...account, metricName: 'OpenExecutionCount', ...level('Maximum', 800_000) },
    { id: 'events-Late', ...announcing, metricName: 'IteratorAge', ...lateChange },
    { id: 'events-Unreadable', ...own, metricName: ownMetrics.changesUnreadable, ...any },
    { id: 'events-Unannounced', ...queueNamed(on.events.unannouncedName), metricName: waitingMessages, ...anyLeft },
    ...(on.webhook
      ? [
          {
            id: 'webhook-Dead',
            ...queueNamed(on.webhook.deadLettersName),
            metricName: waitingMessages,
            ...anyLeft,
          } as const,
        ]
      : []),
    { id: 'slack-UnsupportedEvents', ...slack, metricName: 'UnsupportedEvents', ...any },
    { id: 'slack-EventsThrottled', ...slack, metricName: 'EventsThrottled', ...any },
    { id: 'slack-MessageDeliveryFailure', ...slack, metricName: 'MessageDeliveryFailure', ...any },
  ]
}

// For as long a run waits for evidence before that is reported.
const late: Rule = { ...level('Maximum', usualEvidenceSeconds), treatMissingData: 'notBreaching' }
// The age of a change of a customer, in milliseconds, when Lambda passes it on. It has a day.
const lateChange: Rule = { ...any, statistic: 'Maximum', threshold: 900_000 }
export const waitingMessages = 'ApproximateNumberOfMessagesVisible'
// Where an alarm reads what is there now, and not what was counted.
const anyLeft: Rule = { ...level('Maximum', 1), treatMissingData: 'notBreaching' }
// Longer than the longest delay between two attempts of a run that waits: one alarm lasts until the last run has ended its wait.
const betweenAttempts: Rule = { ...everyChange, period: 3600, treatMissingData: 'notBreaching' }

function workflowRules({
  alarmStyle,
  expectsSuccessEverySeconds: expected,
}: Pick<Settings, 'alarmStyle' | 'expectsSuccessEverySeconds'>) {
  return workflowMetrics.flatMap((metric): [typeof metric, Rule][] => {
    if (alarmStyle === 'article') return [[metric, everyChange]]
    if (metric !== 'ExecutionsSucceeded') return [[metric, any]]
    return expected ? [[metric, nothingWithin(expected)]] : []
  })
}

// Step Functions retries failed calls of `reminder`, Lambda itself throttled calls of `failures`, the queue keeps what
// `feedback` does not record, and the stream what `announce` does not announce: a few throttles are no news. An error may
// be a defect, which no retry ends.
const functionRules: Record<FunctionName, { errors: Rule; throttles: Rule }> = {
  register: { errors: any, throttles: any },
  confirm: { errors: any, throttles: any },
  withdraw: { errors: any, throttles: any },
  reminder: { errors: lasting, throttles: lasting },
  failures: { errors: any, throttles: lasting },
  feedback: { errors: any, throttles: lasting },
  announce: { errors: any, throttles: lasting },
}
