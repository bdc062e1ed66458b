import { AwsError } from '../../core/aws-error.ts'
import type { StackModel } from '../../core/stack-model.ts'
import type { Topics } from '../sns/topics.ts'
import type { Publication } from './mail-events.ts'

const eventSubject = 'Amazon SES Email Event Notification'

/** Publishes events as SES does: what the policies of the topic and its key do not let in is lost, and the log says why. */
export function tellTopics(
  topics: Topics,
  { region, accountId }: Pick<StackModel, 'region' | 'accountId'>,
  log: (line: string) => void,
) {
  return async ({ configurationSet, ...publication }: Publication): Promise<void> => {
    const sourceArn = `arn:aws:ses:${region}:${accountId}:configuration-set/${configurationSet}`
    const ses = { publisher: { service: 'ses.amazonaws.com' }, sourceAccount: accountId, sourceArn }
    try {
      await topics.publish({ ...publication, subject: eventSubject }, ses)
    } catch (error) {
      if (!(error instanceof AwsError)) throw error
      log(`SES could not tell what became of a mail. ${error.message}`)
    }
  }
}
