import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import type { AlarmText, AlarmTexts } from './alarm-text.ts'
import type { ConsoleLinks } from './console-links.ts'

/** What the alarms about functions say. */
export function functionTexts(deployed: Record<FunctionName, string>, open: ConsoleLinks) {
  const texts = functionNames.flatMap((name): [string, AlarmText][] => [
    [
      `${name}-Errors`,
      {
        meaning: harm[name].errors,
        firstSteps: [
          "Read the error in the function's log.",
          'If it began with a release, point the alias `live` back.',
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
          'See whether the function has used up its own reservation, or all functions what nobody has reserved.',
          'Stop a flood as the runbook says, raise `reservedConcurrency`, or ask AWS for more concurrent executions.',
          harm[name].afterwards,
        ],
        look: open.quotas('lambda'),
      },
    ],
  ])
  return Object.fromEntries(texts) as AlarmTexts<`${FunctionName}-${'Errors' | 'Throttles'}`>
}

/** What it does to customers, and what is to repair once it works again. */
const harm: Record<FunctionName, { errors: string; throttles: string; afterwards: string }> = {
  register: {
    errors: 'Somebody who registered saw an error.',
    throttles: 'Somebody who registered was turned away: Lambda had no room.',
    afterwards: 'Repair nothing: whoever registers again completes what was begun.',
  },
  confirm: {
    errors: 'Somebody who confirmed saw an error.',
    throttles: 'Somebody who confirmed was turned away: Lambda had no room.',
    afterwards: 'Repair nothing: the links in the mails go on working.',
  },
  withdraw: {
    errors: 'Somebody who said "this was not me" saw an error, and may still get mail.',
    throttles: 'Somebody who said "this was not me" was turned away: Lambda had no room.',
    afterwards: 'Repair nothing: the links in the mails go on working.',
  },
  reminder: {
    errors: 'Reminders come late: the function has failed for a quarter of an hour.',
    throttles: 'Reminders come late: Lambda has had no room for a quarter of an hour.',
    afterwards: 'Redrive the runs that failed meanwhile; the others repeat by themselves.',
  },
  failures: {
    errors: 'No customer impact. A post about failed runs may be missing here.',
    throttles: 'No customer impact. Posts about failed runs are late.',
    afterwards: 'List the failed runs yourself, as the runbook says.',
  },
  feedback: {
    errors: 'A reminder may come late or twice, or go to an address that bounces: what SES told was not kept.',
    throttles: 'A reminder may come late or twice: what SES tells is kept late, as Lambda has no room.',
    afterwards: 'Redrive runs that failed with SendInDoubt, as the runbook says.',
  },
}
