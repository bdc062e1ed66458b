import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import type { AlarmText, AlarmTexts } from './alarm-text.ts'
import type { ConsoleLinks } from './console-links.ts'

/** The texts of the alarms about functions. */
export function functionTexts(deployed: Record<FunctionName, string>, open: ConsoleLinks) {
  const texts = functionNames.flatMap((name): [string, AlarmText][] => [
    [
      `${name}-Errors`,
      {
        meaning: harm[name].errors,
        firstSteps: [
          "Read the error in the function's log.",
          'If it began with a release, roll the alias `live` back.',
          harm[name].afterwards,
        ],
        look: open.functionLog(deployed[name]),
      },
    ],
    [
      `${name}-Throttles`,
      {
        meaning: harm[name].throttles,
        firstSteps: [
          'Check whether the function has used up its reservation, or all functions the unreserved concurrency.',
          'Stop a flood as the runbook says, raise `reservedConcurrency`, or ask AWS for more concurrent executions.',
          harm[name].afterwards,
        ],
        look: open.quotas('lambda'),
      },
    ],
  ])
  return Object.fromEntries(texts) as AlarmTexts<`${FunctionName}-${'Errors' | 'Throttles'}`>
}

/** The impact on customers, and what to repair afterwards. */
const harm: Record<FunctionName, { errors: string; throttles: string; afterwards: string }> = {
  register: {
    errors: 'Somebody who registered saw an error.',
    throttles: 'Customers could not register: Lambda throttled the function.',
    afterwards: 'No repair is needed: customers who register again complete their registration.',
  },
  confirm: {
    errors: 'Somebody who confirmed saw an error.',
    throttles: 'Customers could not confirm: Lambda throttled the function.',
    afterwards: 'Repair nothing: the links in the mails go on working.',
  },
  withdraw: {
    errors: 'Somebody who said "this was not me" saw an error, and may still get mail.',
    throttles: 'Customers could not say "this was not me": Lambda throttled the function.',
    afterwards: 'Repair nothing: the links in the mails go on working.',
  },
  reminder: {
    errors: 'Reminders are late: the function has failed in six of 30 minutes.',
    throttles: 'Reminders are late: Lambda has throttled the function in six of 30 minutes.',
    afterwards: 'Redrive the runs that failed after six hours; the others continue by themselves.',
  },
  failures: {
    errors: 'No customer impact. A post about failed runs may be missing here.',
    throttles: 'No customer impact. Posts about failed runs are late.',
    afterwards: 'List the failed runs yourself, as the runbook says.',
  },
  feedback: {
    errors: 'Reminders whose outcome is unknown wait: SES events were not recorded. The queue keeps them.',
    throttles: 'Reminders whose outcome is unknown wait: Lambda has throttled the function in six of 30 minutes.',
    afterwards: 'Once the queue is empty, redrive the runs that failed with EvidencePending after a day.',
  },
  announce: {
    errors: 'No customer impact. Other systems learn late what happened to customers; after 23 hours, not at all.',
    throttles: 'No customer impact. Other systems learn late what happened to customers.',
    afterwards: 'Repair nothing: the stream keeps what was not announced, and it is announced afterwards.',
  },
}
