import type { VirtualClock } from '../core/clock.ts'
import { type Faults, unknownIn } from '../faults/faults.ts'
import { Problem } from '../gateway/problem.ts'
import type { Controls } from './control.ts'
import { FaultPlanBody } from './fault-plan.ts'
import { readBody } from './read-body.ts'
import { register } from './register.ts'
import { skipFrom } from './skip.ts'
import type { SlackPost } from './slack.ts'

/** A run of a state machine, as the console shows it. */
export interface Run {
  arn: string
  name: string
  status: string
  /** ISO 8601, by the clock of the local cloud. */
  startedAt: string
  stoppedAt?: string
}

/** The parts of the local cloud that the control surface reads and changes. */
export interface Controlled {
  /** The name of the stack, such as `confirmation-reminder-dev`. */
  stack: string
  apiUrl: string
  clock: VirtualClock
  /** Moves the clock; resolves when everything due has run to its next wait or end. */
  skip(seconds: number): Promise<void>
  /** As SES keeps them, in order of sending. */
  mails(filter: { to?: string }): Promise<object[]>
  /** The latest, newest first. */
  runs(): Promise<Run[]>
  /** In order of posting. */
  slack(): Promise<SlackPost[]>
  faults: Faults
  /** The names of the actions of each service, for which faults can be set. */
  actions(): Readonly<Record<string, readonly string[]>>
}

/** The control surface for the console and the tests. */
export function controlsOf({ stack, apiUrl, clock, skip, mails, runs, slack, faults, actions }: Controlled): Controls {
  const time = () => ({ now: new Date(clock.now()).toISOString(), offsetSeconds: clock.offsetMs / 1000 })
  return {
    '/_local/health': { GET: () => ({ status: 'ok', stack, apiUrl }) },
    '/_local/clock': {
      GET: time,
      POST: async ({ body }) => {
        await skip(readBody(skipFrom(clock.now()), body).skipSeconds)
        return time()
      },
    },
    '/_local/mails': {
      GET: ({ query }) => {
        const to = query.get('to')
        return mails(to === null ? {} : { to })
      },
    },
    '/_local/runs': { GET: runs },
    '/_local/slack': { GET: slack },
    '/_local/registrations': { POST: ({ body }) => register(apiUrl, body) },
    '/_local/faults': {
      GET: () => faults.list(),
      PUT: async ({ body }) => {
        const plan = readBody(FaultPlanBody, body)
        const unknown = unknownIn(plan.rules, actions())
        if (unknown) throw new Problem(400, 'Invalid body', unknown)
        await faults.replace(plan)
        return faults.list()
      },
    },
  }
}
