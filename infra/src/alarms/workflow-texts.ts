import type { Settings } from '../settings.ts'
import type { workflowMetrics } from './alarm.ts'
import type { AlarmTexts } from './alarm-text.ts'
import type { ConsoleLinks } from './console-links.ts'

/** The texts of the alarms about runs. */
export function workflowTexts(
  alarmStyle: Settings['alarmStyle'],
  open: ConsoleLinks,
): AlarmTexts<(typeof workflowMetrics)[number]> {
  return {
    ExecutionsTimedOut: {
      meaning: 'Somebody may get no reminder: a run used up its time, in several outages.',
      firstSteps: [
        "Read the run's history: which attempts failed, and with what?",
        'See that SES and the function `reminder` work again.',
        'Redrive what timed out, before the registrations lapse.',
      ],
      look: open.runs('TIMED_OUT'),
    },
    ExecutionsFailed: {
      meaning: 'Somebody may get no reminder: a run failed, at once or after hours of retries.',
      firstSteps: [
        'Read the post about the run in this channel: its error says what is broken.',
        'Fix the cause: usually SES refused a mail, or an outage lasted for longer than runs wait.',
        'Redrive what failed, before the registrations lapse.',
      ],
      look: open.runs('FAILED'),
    },
    ExecutionsAborted: {
      meaning: 'Somebody may get no reminder: a run was stopped, by a person or a script.',
      firstSteps: [
        'Find out who stopped it: CloudTrail records StopExecution.',
        'If it was meant, there is nothing to do.',
        'If it was not, redrive it, before the registrations lapse.',
      ],
      look: open.runs('ABORTED'),
    },
    ExecutionThrottled: {
      meaning: 'Reminders come late, and none is lost: Step Functions slows the runs down.',
      firstSteps: [
        'Wait ten minutes: a burst of registrations wakes a day later as a burst of runs.',
        'See what else in the account uses Step Functions: all its machines share one quota.',
        'If it comes every day, ask AWS for more state transitions per second.',
      ],
      look: open.runs('RUNNING'),
    },
    ExecutionsSucceeded:
      alarmStyle === 'article'
        ? { ...everySuccess, look: open.runs('SUCCEEDED') }
        : {
            meaning: 'Reminders or registrations have stopped: no run has succeeded for longer than on any normal day.',
            firstSteps: [
              'Register an address of your own: does the mail come?',
              'Check whether runs wait although they are due, and whether any failed.',
              'If there are no registrations, check that the web site still calls the API.',
            ],
            look: open.runs('RUNNING'),
          },
  }
}

const everySuccess = {
  meaning: 'All is well: ALARM means that a run succeeded, INSUFFICIENT_DATA that none ended in the last minute.',
  firstSteps: [
    'Nothing to do: this stage reports every success, as in the article.',
    'Look at the run, if you wait for one.',
    'For failures only, set `alarmStyle` to quiet.',
  ],
} as const
