import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { readRedrivePolicy } from '../../core/redrive-policy.ts'
import type { Action } from '../../core/service.ts'
import type { Queue as Settings } from '../../core/stack-model.ts'
import { queueAction, whole } from '../../gateway/input.ts'
import { type List, Pagination } from '../../gateway/pagination.ts'
import type { Queue } from './queue.ts'
import type { Queues } from './queues.ts'

const queueUrl = { QueueUrl: v.optional(v.string()) }
// AWS's page size.
const queuesPerPage = 1000
const pagination = new Pagination('InvalidParameterValue', 'Invalid or expired next token.')

/** What finds queues. */
export function finding(queues: Queues): Record<string, Action> {
  const page = (action: List, found: Queue[], { MaxResults = queuesPerPage, NextToken }: Page) => {
    const urls = found.map((queue) => queues.urlOf(queue))
    const { items, next } = pagination.page(action, urls, { size: MaxResults, token: NextToken })
    return { urls: items, more: next === undefined ? {} : { NextToken: next } }
  }
  return {
    GetQueueUrl: queueAction(v.object({ QueueName: v.string() }), async ({ QueueName }) => ({
      QueueUrl: queues.urlOf(queues.for(QueueName)),
    })),
    ListQueues: queueAction(v.object({ ...paged, QueueNamePrefix: v.optional(v.string(), '') }), async (input) => {
      const found = queues.all().filter(({ settings }) => settings.name.startsWith(input.QueueNamePrefix))
      const { urls, more } = page(['ListQueues', input.QueueNamePrefix], found, input)
      return { ...(urls.length > 0 && { QueueUrls: urls }), ...more }
    }),
    ListDeadLetterSourceQueues: queueAction(v.object({ ...queueUrl, ...paged }), async (input) => {
      const queue = queues.for(input.QueueUrl)
      const { urls, more } = page(['ListDeadLetterSourceQueues', queue.settings.name], queues.sourcesOf(queue), input)
      return { queueUrls: urls, ...more }
    }),
    ListQueueTags: queueAction(v.object(queueUrl), async ({ QueueUrl }) => ({
      Tags: queues.for(QueueUrl).settings.tags,
    })),
  }
}

const paged = { MaxResults: v.optional(whole(1, 1000)), NextToken: v.optional(v.string()) }
interface Page {
  MaxResults?: number | undefined
  NextToken?: string | undefined
}

const GetInput = v.object({ ...queueUrl, AttributeNames: v.optional(v.array(v.string()), []) })
const SetInput = v.object({ ...queueUrl, Attributes: v.record(v.string(), v.string()) })

/** GetQueueAttributes, SetQueueAttributes and PurgeQueue. A start applies the Terraform again, as a deploy would: it undoes what was set. */
export function describing(queues: Queues, startedMs: number): Record<string, Action> {
  return {
    GetQueueAttributes: queueAction(GetInput, async ({ QueueUrl, AttributeNames }) => {
      const all = attributesOf(queues.for(QueueUrl), startedMs)
      const unknown = AttributeNames.find((name) => name !== 'All' && !attributeNames.includes(name))
      if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`)
      const wanted = Object.entries(all).filter(
        ([name]) => AttributeNames.includes('All') || AttributeNames.includes(name),
      )
      return wanted.length > 0 ? { Attributes: Object.fromEntries(wanted) } : {}
    }),
    SetQueueAttributes: queueAction(SetInput, async ({ QueueUrl, Attributes }) => {
      const queue = queues.for(QueueUrl)
      let { settings } = queue
      for (const [name, value] of Object.entries(Attributes)) {
        const change = settable.get(name)
        if (!change) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`)
        settings = change(settings, value)
        if (name === 'RedrivePolicy') checkDeadLetters(queues, settings, value)
      }
      queues.set(queue, settings)
      return {}
    }),
    PurgeQueue: queueAction(v.object(queueUrl), async ({ QueueUrl }) => {
      await queues.for(QueueUrl).purge()
      return {}
    }),
  }
}

/** @throws AwsError InvalidParameterValue if the dead-letter queue does not exist */
function checkDeadLetters(queues: Queues, { redrive }: Settings, value: string): void {
  if (!redrive || queues.byArn(redrive.deadLetterTargetArn)) return
  throw new AwsError(
    'InvalidParameterValue',
    `Value ${value} for parameter RedrivePolicy is invalid. Reason: Dead letter target does not exist.`,
  )
}

/** The attributes of a queue that SQS knows, except "All". */
export const attributeNames = [
  ...['Policy', 'VisibilityTimeout', 'MaximumMessageSize', 'MessageRetentionPeriod', 'ApproximateNumberOfMessages'],
  ...['ApproximateNumberOfMessagesNotVisible', 'CreatedTimestamp', 'LastModifiedTimestamp', 'QueueArn', 'DelaySeconds'],
  ...['ApproximateNumberOfMessagesDelayed', 'ReceiveMessageWaitTimeSeconds', 'RedrivePolicy', 'SqsManagedSseEnabled'],
  ...['FifoQueue', 'ContentBasedDeduplication', 'KmsMasterKeyId', 'KmsDataKeyReusePeriodSeconds', 'RedriveAllowPolicy'],
  ...['DeduplicationScope', 'FifoThroughputLimit'],
]

function attributesOf(queue: Queue, startedMs: number): Record<string, string> {
  const { settings } = queue
  const { visible, notVisible, delayed } = queue.depth()
  const started = String(Math.floor(startedMs / 1000))
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(notVisible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: started,
    LastModifiedTimestamp: started,
    VisibilityTimeout: String(settings.visibilityTimeoutSeconds),
    MaximumMessageSize: String(settings.maximumMessageBytes),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    DelaySeconds: String(settings.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.receiveWaitSeconds),
    SqsManagedSseEnabled: String(!settings.key),
    ...(settings.key && { KmsMasterKeyId: settings.key.arn ?? settings.key.name }),
    ...(settings.policies[0] !== undefined && { Policy: settings.policies[0] }),
    ...(settings.redrive && { RedrivePolicy: JSON.stringify(settings.redrive) }),
  }
}

type Change = (settings: Settings, value: string) => Settings

const number =
  (field: keyof Settings, name: string, least: number, most: number): Change =>
  (settings, text) => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= least && value <= most) return { ...settings, [field]: value }
    throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}.`)
  }

const settable = new Map<string, Change>(
  Object.entries({
    VisibilityTimeout: number('visibilityTimeoutSeconds', 'VisibilityTimeout', 0, 43_200),
    MessageRetentionPeriod: number('retentionSeconds', 'MessageRetentionPeriod', 60, 1_209_600),
    DelaySeconds: number('delaySeconds', 'DelaySeconds', 0, 900),
    ReceiveMessageWaitTimeSeconds: number('receiveWaitSeconds', 'ReceiveMessageWaitTimeSeconds', 0, 20),
    MaximumMessageSize: number('maximumMessageBytes', 'MaximumMessageSize', 1024, 1_048_576),
    Policy: (settings: Settings, value: string) => ({ ...settings, policies: value ? [value] : [] }),
    RedrivePolicy: (settings: Settings, value: string) => {
      const { redrive: _, ...rest } = settings
      if (!value) return rest
      const redrive = readRedrivePolicy(value)
      if (!redrive) throw new AwsError('InvalidAttributeValue', 'Invalid value for the parameter RedrivePolicy.')
      return { ...rest, redrive }
    },
  }),
)
