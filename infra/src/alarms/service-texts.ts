import type { AlarmId } from './alarm.ts'
import type { AlarmTexts } from './alarm-text.ts'
import type { ConsoleLinks } from './console-links.ts'

const throttleMore = 'If so, lower `throttling.registrations` in the settings and deploy.'
const listYourself = 'Until it is fixed, list alarms and failed runs yourself, as the runbook says.'

/** The texts of the alarms about the other services. */
export function serviceTexts(
  apiName: string,
  { feedback: feedbackName, announce: announceName }: Record<'feedback' | 'announce', string>,
  open: ConsoleLinks,
): AlarmTexts<Extract<AlarmId, `${'api' | 'mail' | 'runs' | 'events' | 'webhook' | 'slack'}-${string}`>> {
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
    'mail-HeldBack': {
      meaning: 'No reminder goes out: SES sends no mail of this stage. Runs wait for twelve hours, for the quota 24.',
      firstSteps: [
        "Read the error in reminder's log: MailPaused, MailMisconfigured or MailQuotaExceeded.",
        'Paused: answer what SES wrote, or resume the configuration set. Misconfigured: deploy, repair DNS. Quota: ask for more.',
        'Redrive the runs that failed after that; the others continue by themselves.',
      ],
      look: open.mailReputation(),
    },
    'mail-Rejected': {
      meaning:
        'Somebody did not get a mail: SES accepted it and then refused to deliver it, as it does if it finds a virus.',
      firstSteps: [
        "Find the `customerId` in feedback's log, in a line with the outcome `rejected`.",
        'Check the text of the mails, and what changed in it last.',
        'Redrive runs that failed with MailRefused; others get a mail by registering again.',
      ],
      look: open.functionLog(feedbackName),
    },
    'mail-EventsUndelivered': {
      meaning:
        'Reminders may be late: SNS could not deliver SES events to their queue, and put them into a second one.',
      firstSteps: [
        'See whether somebody removed the queue `mail-events`, or the right of SNS to send to it.',
        'Deploy the infrastructure: it restores both. `feedback` also reads the second queue.',
        'If that refused them too, events are lost: see the runbook before you redrive runs.',
      ],
      look: open.topics(),
    },
    'mail-EventsLate': {
      meaning: 'Reminders whose outcome is unknown wait: an SES event has been in the queue for 15 minutes.',
      firstSteps: [
        'See whether `feedback` is invoked: its Errors and Throttles, and whether its trigger is enabled.',
        'Deploy the infrastructure if the trigger is missing; fix the function if it fails.',
        'Once the queue is empty, redrive the runs that failed with EvidencePending after a day.',
      ],
      look: open.queues(),
    },
    'mail-EventsFailed': {
      meaning:
        'Reminders whose outcome is unknown wait: in six of 30 minutes `feedback` has failed to record some SES events.',
      firstSteps: [
        "Read the error in the function's log; the runbook has a table of errors.",
        'If it began with a release, roll the alias `live` back.',
        'Once the queue is empty, redrive the runs that failed with EvidencePending after a day.',
      ],
      look: open.queues(),
    },
    'mail-EventsDead': {
      meaning: 'Reminders whose outcome is unknown do not go out: SES events were put aside after two days of retries.',
      firstSteps: [
        'Fix what `feedback` fails with: its log names the error.',
        'Move the events back, as the runbook says: SQS deletes each 14 days after it was published, 12 from now.',
        'Delete what is no SES event. Once the queues are empty, redrive what failed with EvidencePending.',
      ],
      look: open.queues(),
    },
    'runs-AwaitEvidence': {
      meaning: 'Reminders whose outcome is unknown come hours late: for 15 minutes SES has not reported on them.',
      firstSteps: [
        'See which alarms about mail events are active, and fix these first.',
        'See whether SES has an outage: health.aws.amazon.com.',
        'Redrive the runs that failed with EvidencePending after a day; the others continue by themselves.',
      ],
      look: open.runs('RUNNING'),
    },
    'runs-CallsFail': {
      meaning: 'Reminders are late: calls of `reminder` have failed in six of 30 minutes, perhaps before it ran.',
      firstSteps: [
        'If mail-HeldBack, runs-AwaitEvidence or an alarm about `reminder` is active too, continue there.',
        "If not, Lambda did not run it: read the error in a run's history, and see health.aws.amazon.com.",
        'Redrive the runs that failed after six hours; the others continue by themselves.',
      ],
      look: open.runs('RUNNING'),
    },
    'runs-Gone': {
      meaning:
        'Customers may be lost: they get no reminder, and their links do not work. A run found no customer, or one who lapsed early.',
      firstSteps: [
        'If you erased a customer, or redrove a run whose registration had lapsed, there is nothing to do.',
        'If not, compare the number of rows in the table with the number of open runs.',
        'If rows are missing, hold the functions first, and then restore customers.',
      ],
      look: open.runs('RUNNING'),
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
    'events-Late': {
      meaning: 'No customer impact. Other systems learn more than 15 minutes late what happened to customers.',
      firstSteps: [
        "Read the error in the function's log: usually the event bus refuses events.",
        'If it began with a release, roll the alias `live` back.',
        'Fix it within 23 hours: then changes are put aside, and have to be announced again.',
      ],
      look: open.functionLog(announceName),
    },
    'events-Unreadable': {
      meaning: 'No customer impact. Other systems do not learn what happened to a customer whose item is malformed.',
      firstSteps: [
        "Read in the function's log which customer it is, and what is wrong.",
        'See who wrote the item: only our functions should.',
        'Roll a release that wrote it back; tell the other systems yourself.',
      ],
      look: open.functionLog(announceName),
    },
    'events-Unannounced': {
      meaning: 'No customer impact. Other systems did not learn of changes that failed for 23 hours.',
      firstSteps: [
        "Fix what the function's log names.",
        'Announce again what the table says: `npm run announce`.',
        'Then empty the queue, as the runbook says.',
      ],
      look: open.queues(),
    },
    'webhook-Dead': {
      meaning: 'No customer impact. The webhook did not take events: it refused them, or failed for a day.',
      firstSteps: [
        'Read in the queue, in the attribute ERROR_MESSAGE, what the webhook answered.',
        'Fix the webhook, or its secret: `npm run webhook -- secret`.',
        'Deliver them again: `npm run webhook -- redeliver`. They are kept for 14 days.',
      ],
      look: open.queues(),
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
