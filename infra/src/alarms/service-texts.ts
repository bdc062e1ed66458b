import type { AlarmId } from './alarm.ts'
import type { AlarmTexts } from './alarm-text.ts'
import type { ConsoleLinks } from './console-links.ts'

const throttleMore = 'If so, lower `throttling.registrations` in the settings and deploy.'
const listYourself = 'Until it is fixed, list alarms and failed runs yourself, as the runbook says.'

/** The texts of the alarms about the other services. */
export function serviceTexts(
  apiName: string,
  open: ConsoleLinks,
): AlarmTexts<Extract<AlarmId, `${'api' | 'mail' | 'runs' | 'slack'}-${string}`>> {
  return {
    'api-5xx': {
      meaning: 'Somebody who registered or confirmed saw an error, and may not try again.',
      firstSteps: [
        'Read in the access log which route it was, and the integration error.',
        "503: Lambda throttled the function, as its Throttles alarm says; or the table, the run or the mail failed, as register's log says.",
        'No repair is needed: customers who register again complete their registration.',
      ],
      look: open.apiLog(apiName),
    },
    'mail-BounceRate': {
      meaning: 'AWS may soon stop all mail: it reviews an account at 5 % bounces and pauses it at 10 %.',
      firstSteps: [
        'See in SES which domains bounce.',
        'Check whether many invented addresses are registered.',
        throttleMore,
      ],
      look: open.mailReputation(),
    },
    'mail-ComplaintRate': {
      meaning: 'AWS may soon stop all mail: it reviews an account at 0.1 % complaints and pauses it at 0.5 %.',
      firstSteps: [
        'Read the mails as they are now: do they say who writes and why?',
        'Check whether many people are registered by others.',
        throttleMore,
      ],
      look: open.mailReputation(),
    },
    'mail-EventsUndelivered': {
      meaning: 'A reminder may be late or sent twice, or go to an address that bounces: SES events do not arrive.',
      firstSteps: [
        'See whether somebody removed the function `feedback`, its alias `live`, or the right of SNS to invoke it.',
        'Deploy the infrastructure: it puts all three back.',
        'Redrive runs that failed with SendInDoubt, as the runbook says.',
      ],
      look: open.topics(),
    },
    'runs-Refused': {
      meaning: 'Somebody who registered may have seen an error: Step Functions refused to start a run.',
      firstSteps: [
        'Check whether there are more registrations than expected.',
        throttleMore,
        'If they are real, ask AWS for more StartExecution per second.',
      ],
      look: open.quotas('states'),
    },
    'runs-Open': {
      meaning: 'Customers may soon be unable to register: 800,000 of at most 1,000,000 runs are open.',
      firstSteps: [
        'See how fast the number grows, and whether the registrations are real.',
        throttleMore,
        'If they are real, ask AWS for more open executions, today.',
      ],
      look: open.runs('RUNNING'),
    },
    'slack-UnsupportedEvents': {
      meaning: 'No customer impact. Chatbot dropped a message to this channel because it could not show it.',
      firstSteps: [
        "See in Chatbot's log what it was: it shows alarms, events and custom notifications only.",
        'If it began with a release of `failures`, roll the alias `live` back.',
        listYourself,
      ],
      look: open.slackChannels(),
    },
    'slack-EventsThrottled': {
      meaning: 'No customer impact. Chatbot dropped messages to this channel because there were too many.',
      firstSteps: ['Check which alarm posts that often.', 'Fix its cause, or make it post less often.', listYourself],
      look: open.slackChannels(),
    },
    'slack-MessageDeliveryFailure': {
      meaning: 'No customer impact. A message to this channel was lost because Slack did not accept it.',
      firstSteps: [
        'See whether the app is still a member: `/invite @Amazon Q`.',
        'See whether Slack has trouble: status.slack.com.',
        listYourself,
      ],
      look: open.slackChannels(),
    },
  }
}
