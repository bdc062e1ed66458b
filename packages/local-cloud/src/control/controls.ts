import * as v from 'valibot'
import type { VirtualClock } from '../core/clock.ts'
import { type Faults, unknownIn } from '../faults/faults.ts'
import { Problem } from '../gateway/problem.ts'
import type { Controls } from './control-router.ts'
import { FaultPlanBody } from './fault-plan.ts'
import { membersOf, readBody } from './read-body.ts'
import type { Run } from './runs.ts'
import type { SlackPost } from './slack.ts'

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

// Dates of AWS have years of four digits; this leaves a thousand years for waits and expiries to come.
const latestMs = Date.UTC(9000, 0, 1)

/** The body of `POST /_local/clock`, given the current time: how far the clock moves forward. */
function skipFrom(nowMs: number) {
  const most = Math.floor((latestMs - nowMs) / 1000)
  return v.strictObject(
    {
      skipSeconds: v.pipe(
        v.number('takes a number of seconds'),
        v.finite('takes a number of seconds'),
        v.minValue(0, 'takes 0 or more seconds: the clock only moves forward'),
        v.maxValue(most, `takes at most ${most} seconds, which lead to the year 9000`),
      ),
    },
    membersOf('{"skipSeconds": 86400}'),
  )
}

/**
 * Registers through the HTTP API on behalf of the console, whose page could not read a response from another port.
 * @throws Problem with the API's own status and explanation.
 */
async function register(apiUrl: string, body: unknown): Promise<unknown> {
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(`${apiUrl}/registrations`, { method: 'POST', headers, body: JSON.stringify(body) })
  const json = (await answer.json()) as { title?: string; detail?: string }
  if (answer.ok) return json
  throw new Problem(answer.status, json.title ?? 'Not registered', json.detail ?? 'The API refused; the log says why.')
}
