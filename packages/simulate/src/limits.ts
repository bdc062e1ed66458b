import { type QuotaName, serviceQuotas } from '@confirmation-reminder/plan-report/cost/service-quotas'
import { feedback, seconds } from './work.ts'

/** What a registration may run into. The first eight refuse; at the others work waits. */
export const walls = [
  'apiRequests',
  'concurrency',
  'newTableWrites',
  'tableWrites',
  'starts',
  'open',
  'mailsPerSecond',
  'mailsPerDay',
  'transitions',
  'wakes',
  'mailEvents',
  'putEvents',
  'webhookCalls',
] as const
export type Wall = (typeof walls)[number]

/** How much there is: a second, at once, or in 24 hours, as the quota says. */
export interface Limit {
  limit: number
  /** How many tokens its bucket keeps. */
  bucket?: number
  /** The quota that it is, or a setting of this system. */
  quota: QuotaName | 'feedback'
}
export type Limits = Readonly<Record<Wall, Limit>>

/** The Regions with the higher quotas, or all others, by the lowest of them. */
export const regionClasses = ['big', 'elsewhere'] as const
export type RegionClass = (typeof regionClasses)[number]

/** A quota as a limit, in such a Region. */
export function limitOf(quota: QuotaName, region: RegionClass): Limit {
  const found = serviceQuotas[quota]
  return { quota, limit: found[region], ...('bucket' in found && { bucket: found.bucket[region] }) }
}

/** Something that nothing limits. */
export const unlimited = (quota: Limit['quota']): Limit => ({ quota, limit: Number.POSITIVE_INFINITY })

/** What an account has by default, outside of the sandbox of SES. */
export function defaultLimits(region: RegionClass): Limits {
  const of = (quota: QuotaName) => limitOf(quota, region)
  return {
    apiRequests: of('apiRequests'),
    concurrency: of('concurrency'),
    newTableWrites: of('newTableWrites'),
    tableWrites: of('tableWrites'),
    starts: of('startExecution'),
    open: of('openExecutions'),
    mailsPerSecond: of('mailsPerSecond'),
    mailsPerDay: of('mailsPerDay'),
    transitions: of('transitions'),
    // A run wakes by itself.
    wakes: unlimited('scheduleInvocations'),
    mailEvents: { quota: 'feedback', limit: (feedback.batches * feedback.batchSize) / seconds.feedback },
    putEvents: of('putEvents'),
    webhookCalls: of('webhookCalls'),
  }
}

/** No limit at all. */
export const noLimits: Limits = Object.fromEntries(
  Object.entries(defaultLimits('big')).map(([wall, { quota }]) => [wall, unlimited(quota)]),
) as Record<Wall, Limit>
