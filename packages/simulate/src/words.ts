import { serviceQuotas } from '@confirmation-reminder/plan-report/cost/service-quotas'
import type { Limit, Wall } from './limits.ts'

/** The name of a limit, as people ask AWS for it, or as this system sets it. */
export function nameOf({ quota }: Limit): string {
  if (quota === 'feedback') return '`feedback`: mail events'
  return serviceQuotas[quota].name + (quota === 'webhookCalls' ? ', with a webhook' : '')
}

/** What happens beyond each limit, and what to do. */
export const beyond: Readonly<Record<Wall, { what: string; todo: string }>> = {
  mailsPerDay: {
    what: 'Registrations get 503, and runs retry every half hour for a day.',
    todo: 'Ask SES for a higher daily quota before the campaign.',
  },
  mailsPerSecond: {
    what: 'Registrations get 503, and runs retry for two hours.',
    todo: 'Ask SES for a higher rate, 1.5 mails for each registration; spread reminders.',
  },
  open: {
    what: 'StartExecution refuses: registrations get 503.',
    todo: 'Ask for more open executions, end runs at the confirmation, or wait in EventBridge Scheduler.',
  },
  starts: {
    what: 'StartExecution throttles: registrations get 503.',
    todo: 'Ask for a higher refill, or wait in EventBridge Scheduler.',
  },
  mailEvents: {
    what: 'SES events wait in their queue, for 14 days at most.',
    todo: 'Raise `maximumConcurrency` in infra/src/mail-events.ts.',
  },
  newTableWrites: {
    what: 'The table throttles until it has grown, half an hour for each doubling.',
    todo: 'Set a warm throughput before the campaign.',
  },
  concurrency: {
    what: 'Lambda throttles: registrations get 503, runs retry for six hours.',
    todo: 'Ask for more concurrency. A registration takes half a second, so that its time reveals nothing about an address.',
  },
  transitions: {
    what: 'Step Functions delays runs: reminders are late.',
    todo: 'Spread reminders; ask for a higher refill.',
  },
  wakes: { what: 'Reminders are late.', todo: 'Ask for more invocations and starts a second.' },
  apiRequests: { what: 'API Gateway answers 429.', todo: 'Ask for more requests a second.' },
  tableWrites: { what: 'The table throttles: registrations get 503.', todo: 'Ask for a higher quota of the table.' },
  webhookCalls: {
    what: 'The webhook hears of customers late; after a day an event is a dead letter.',
    todo: 'Ask for a higher rate.',
  },
  putEvents: { what: 'Events about customers are late, for 23 hours at most.', todo: 'Ask for more PutEvents.' },
}

/** A number as people read it: 1,000,000 or 0.39. */
export function figure(value: number): string {
  const maximumFractionDigits = value < 1 ? 2 : value < 100 ? 1 : 0
  return value.toLocaleString('en', { maximumFractionDigits })
}

/** US dollars, to the cent below 10. */
export function dollars(usd: number): string {
  return `$${usd < 10 ? usd.toFixed(2) : Math.round(usd).toLocaleString('en')}`
}

/** How long something takes, in the largest unit that leaves two figures. */
export function duration(seconds: number): string {
  if (seconds < 1) return 'at once'
  if (seconds < 120) return `${Math.round(seconds)} s`
  if (seconds < 2 * 3_600) return `${Math.round(seconds / 60)} min`
  return `${figure(Math.round(seconds / 360) / 10)} h`
}
