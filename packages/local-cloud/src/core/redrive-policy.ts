import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { RedrivePolicy } from './stack-model.ts'

// The most that SQS accepts.
const mostReceives = 1000

/** A redrive policy of SQS from its JSON; undefined if it is none. */
export function readRedrivePolicy(json: string): RedrivePolicy | undefined {
  try {
    const { deadLetterTargetArn, maxReceiveCount } = JSON.parse(json)
    const count = Number(maxReceiveCount)
    const isQueue = parseArn(deadLetterTargetArn).service === 'sqs'
    if (!isQueue || !Number.isInteger(count) || count < 1 || count > mostReceives) return undefined
    return { deadLetterTargetArn, maxReceiveCount: count }
  } catch {
    return undefined
  }
}
