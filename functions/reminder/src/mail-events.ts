import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { scrub } from '@confirmation-reminder/handler/scrub'

/** Waiting, being recorded, and to be delivered later: together all that a queue holds. */
const counts = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const

/**
 * Asks whether the queues of mail events are empty: the queue of `feedback`, and those of events that could not be recorded.
 * The counts are approximate, so one answer proves little; see `quietSeconds`. The age of the oldest message would not
 * help: SQS leaves out messages that were received three times, which are those that count here.
 * @throws NamedError EvidencePending, if SQS does not answer: then nothing is known.
 */
export function openMailEvents(...queueUrls: string[]): () => Promise<boolean> {
  const client = new SQSClient({
    // The endpoint of the environment counts, as for all other services.
    useQueueUrlAsEndpoint: false,
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
  })
  const isEmpty = async (QueueUrl: string) => {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...counts] }),
    )
    return counts.every((name) => Attributes[name] === '0')
  }
  return async () => {
    try {
      return (await Promise.all(queueUrls.map(isEmpty))).every(Boolean)
    } catch (error) {
      throw new NamedError(
        errorNames.evidencePending,
        `The queues of mail events cannot be read: ${scrub(String(error))}. Retry in some minutes.`,
      )
    }
  }
}
