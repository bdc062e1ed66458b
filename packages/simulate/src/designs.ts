import { type Design, deployed } from './design.ts'
import { type Limits, limitOf, type RegionClass, unlimited, type Wall } from './limits.ts'

/** A way to carry more registrations, to be compared with what Terraform deploys. */
export interface Option {
  name: string
  /** What to change, in a sentence. */
  change: string
  design: Design
  /** How its waits are limited: the other limits are those of every design. */
  limits: Partial<Limits>
  /** In how many accounts or Regions it runs. */
  copies: number
  /** What it pays for besides, for one registration. */
  besides: { schedules?: number; expressRuns?: number }
}

/** The limits of the waits: those that a design can change. */
export const wallsOfWaiting: readonly Wall[] = ['starts', 'open', 'transitions', 'wakes']

const hour = 3_600
const plain = { design: deployed, limits: {}, copies: 1, besides: {} }

/** The designs, from what is there to what carries most. */
export function optionsIn(region: RegionClass): Option[] {
  const open = limitOf('openExecutions', region)
  const scheduled: Partial<Limits> = {
    open: limitOf('schedules', region),
    starts: limitOf('createSchedule', region),
    // Each schedule that fires starts a run: the lower of both counts.
    wakes: lower(limitOf('scheduleInvocations', region), limitOf('startExecution', region)),
  }
  return [
    { ...plain, name: 'as deployed', change: 'Nothing: a run per registration waits a day.' },
    {
      ...plain,
      name: 'jitter of an hour',
      change: '`SecondsPath` instead of `Seconds` in the state Wait: each run waits up to an hour longer.',
      design: { ...deployed, jitterSeconds: hour },
    },
    {
      ...plain,
      name: 'Express child',
      change:
        'The task starts an Express run that invokes `reminder`. The run that waits stays a Standard one: an Express run ends after 5 minutes.',
      besides: { expressRuns: 1 },
    },
    {
      ...plain,
      name: 'task token',
      change: 'A task with a token takes the place of the state Wait; `confirm` returns the token, and the run ends.',
      design: { ...deployed, endsAtConfirmation: true },
    },
    {
      ...plain,
      name: 'ten accounts',
      change: 'Ten stages in accounts or Regions of their own, chosen by a hash of the address.',
      copies: 10,
    },
    {
      ...plain,
      name: 'ten times the quota',
      change: 'Ask AWS for 10 million open executions; it grants "millions".',
      limits: { open: { ...open, limit: 10 * open.limit } },
    },
    {
      ...plain,
      name: 'Scheduler',
      change: 'A one-time schedule per registration, which `confirm` deletes; it starts a run without the state Wait.',
      design: { ...deployed, endsAtConfirmation: true, transitionsAtStart: 0, transitionsAtWake: 1 },
      limits: scheduled,
      besides: { schedules: 1 },
    },
    {
      ...plain,
      name: 'Scheduler, raised',
      change:
        'The same with 1 billion schedules, 20,000 CreateSchedule, 10,000 invocations and StartExecution and 20,000 transitions a second, all asked for.',
      design: { ...deployed, endsAtConfirmation: true, transitionsAtStart: 0, transitionsAtWake: 1 },
      limits: {
        open: { ...unlimited('schedules'), limit: 1e9 },
        starts: { ...unlimited('createSchedule'), limit: 20_000 },
        wakes: { ...unlimited('scheduleInvocations'), limit: 10_000 },
        transitions: { ...unlimited('transitions'), limit: 20_000 },
      },
      besides: { schedules: 1 },
    },
  ]
}

function lower<T extends { limit: number }>(one: T, other: T): T {
  return one.limit <= other.limit ? one : other
}
