import { AwsError } from '../core/aws-error.ts'
import type { StackModel } from '../core/stack-model.ts'
import type { Publish } from '../services/cloudwatch/alarms.ts'
import type { Publication } from '../services/ses/mail-events.ts'
import { PublishRefused, type Topics } from '../services/sns/topics.ts'

const mailEventSubject = 'Amazon SES Email Event Notification'

type Account = Pick<StackModel, 'region' | 'accountId'>

/** SES → SNS: publishes the events of mails; what the policies of the topic and its key refuse is lost, and the log says why. */
export function mailEventsTo(topics: Topics, { region, accountId }: Account, log: (line: string) => void) {
  return async ({ configurationSet, ...publication }: Publication): Promise<void> => {
    const sourceArn = `arn:aws:ses:${region}:${accountId}:configuration-set/${configurationSet}`
    const ses = { publisher: { service: 'ses.amazonaws.com' }, sourceAccount: accountId, sourceArn }
    try {
      await topics.publish({ ...publication, subject: mailEventSubject }, ses)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      log(`SES could not publish an event of a mail. ${error.message}`)
    }
  }
}

/**
 * CloudWatch → SNS: publishes the notifications of alarms. What the policies of the topic and its key refuse is rejected in
 * the words of AWS; the cause says what is missing.
 */
export function alarmsTo(topics: Topics, { accountId }: Pick<Account, 'accountId'>): Publish {
  return async (topicArn, notification, { alarmArn, atMs }) => {
    const publisher = { service: 'cloudwatch.amazonaws.com' }
    const source = { sourceAccount: accountId, sourceArn: alarmArn }
    const at = new Date(atMs).toISOString()
    try {
      await topics.publish({ topicArn, at, ...notification }, { publisher, ...source })
    } catch (error) {
      if (!(error instanceof PublishRefused)) throw error
      throw new Error(refusals[error.refusedBy](topicArn), { cause: error })
    }
  }
}

/** As they are in the histories of alarms on AWS, where there is no space before the topic. */
const refusals = {
  topic: (topicArn: string) => `CloudWatch Alarms is not authorized to perform: SNS:Publish on resource:${topicArn}`,
  key: () => 'CloudWatch Alarms does not have authorization to access the SNS topic encryption key.',
}
