import * as v from 'valibot'
import { funnelOf, type Total } from '../console/funnel.ts'
import { pageIn } from '../console/query.ts'
import type { VirtualClock } from '../core/clock.ts'
import type { Page, PageOf } from '../core/page.ts'
import { type Faults, unknownIn } from '../faults/faults.ts'
import { Problem } from '../gateway/problem.ts'
import { type Control, type Controls, PageAnswer } from './control-router.ts'
import { type FaultChange, FaultChangeBody, FaultPlanBody } from './fault-plan.ts'
import { membersOf, readBody } from './read-body.ts'
import type { Run } from './runs.ts'
import type { SlackPost } from './slack.ts'
import { WithheldBody } from './withheld.ts'

/** The parts of the local cloud that the control surface reads and changes. */
export interface Controlled {
  /** The name of the stack, such as `confirmation-reminder-dev`. */
  stack: string
  apiUrl: string
  /** Whether policies are enforced. */
  iam: boolean
  clock: VirtualClock
  /** Moves the clock; resolves when everything due has run to its next wait or end. */
  skip(seconds: number): Promise<void>
  /** Whether the clock also skips what functions wait for during an invocation. */
  pauses: { readonly skipped: boolean; skip(on: boolean): Promise<void> }
  /** The latest that SES keeps, in order of sending; on the next page, those before them. */
  mails(filter: PageOf & { to: string | undefined }): Promise<Page<object>>
  /** The latest, newest first. */
  runs(): Promise<Run[]>
  /** In order of posting. */
  slack(): Promise<SlackPost[]>
  /** What was counted in a metric of CloudWatch. */
  total: Total
  /** What only the console's page asks for, by the path below `/_local/console/`. */
  console: { reads: Readonly<Record<string, Control>>; changes: Readonly<Record<string, Control>> }
  faults: Faults
  permissions: Withholding
  /** The names of the actions of each service, for which faults can be set. */
  actions(): Readonly<Record<string, readonly string[]>>
}

/** What takes grants away; it refuses by throwing an Error with one sentence. */
interface Withholding {
  withheld(): readonly object[]
  withhold(missing: v.InferOutput<typeof WithheldBody>): void
}

/** The control surface for the console and the tests. */
export function controlsOf({
  stack,
  apiUrl,
  iam,
  clock,
  skip,
  pauses,
  mails,
  runs,
  slack,
  total,
  console: { reads, changes },
  faults,
  permissions,
  actions,
}: Controlled): Controls {
  const time = () => ({ now: new Date(clock.now()).toISOString(), offsetSeconds: clock.offsetMs / 1000 })
  return {
    ...below('/_local/console/', 'GET', reads),
    ...below('/_local/console/', 'POST', changes),
    '/_local/health': { GET: () => ({ status: 'ok', stack, apiUrl, iam: iam ? 'on' : 'off' }) },
    '/_local/clock': {
      GET: time,
      POST: async ({ body }) => {
        await skip(readBody(skipFrom(clock.now()), body).skipSeconds)
        return time()
      },
    },
    '/_local/pauses': {
      GET: () => ({ skipped: pauses.skipped }),
      PUT: async ({ body }) => {
        await pauses.skip(readBody(PausesBody, body).skipped)
        return time()
      },
    },
    '/_local/mails': {
      GET: async ({ query }) =>
        new PageAnswer(await mails({ to: query.get('to') ?? undefined, ...pageIn(query, mailPages) })),
    },
    '/_local/runs': { GET: runs },
    '/_local/slack': { GET: slack },
    '/_local/funnel': { GET: () => funnelOf(total) },
    '/_local/registrations': { POST: ({ body }) => register(apiUrl, body) },
    '/_local/permissions': {
      GET: () => permissions.withheld(),
      PUT: ({ body }) => {
        if (!iam) throw new Problem(409, 'IAM is off', isOff)
        withhold(permissions, readBody(WithheldBody, body))
        return permissions.withheld()
      },
    },
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
    '/_local/console/faults': {
      POST: async ({ body }) => {
        await changeFaults(faults, readBody(FaultChangeBody, body), actions())
        return faults.list()
      },
    },
  }
}

// Enough that most who ask get all; a mail has three kilobytes.
const mailPages = { usualRows: 200, mostRows: 1000 }

const below = (folder: string, method: 'GET' | 'POST', controls: Readonly<Record<string, Control>>): Controls =>
  Object.fromEntries(Object.entries(controls).map(([path, control]) => [folder + path, { [method]: control }]))

/** Adds a rule or removes rules; the counts of the others go on. */
async function changeFaults(
  faults: Faults,
  change: FaultChange,
  actions: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  if ('add' in change) {
    const unknown = unknownIn([change.add], actions)
    if (unknown) throw new Problem(400, 'Invalid body', unknown.replace('0.', 'add.'))
    await faults.add(change.add)
  } else if ('remove' in change) {
    const kept = faults.list()[change.remove]
    if (kept?.kind !== change.kind)
      throw new Problem(409, 'The rules have changed', 'Look at the rules again, and repeat it.')
    await faults.remove(change.remove)
  } else await faults.replace({ rules: [] })
}

const isOff =
  'No policy is enforced, so that a missing grant changes nothing. Start the local cloud without "--iam off".'

function withhold(permissions: Withholding, missing: v.InferOutput<typeof WithheldBody>): void {
  try {
    permissions.withhold(missing)
  } catch (error) {
    throw new Problem(400, 'Invalid body', (error as Error).message)
  }
}

// Dates of AWS have years of four digits; this leaves a thousand years for waits and expiries to come.
const latestMs = Date.UTC(9000, 0, 1)

/** The body of `PUT /_local/pauses`: whether pauses are skipped from now on, until the local cloud stops. */
const PausesBody = v.strictObject({ skipped: v.boolean('takes true or false') }, membersOf('{"skipped": true}'))

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
