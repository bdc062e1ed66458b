/** A rule as `/_local/faults` takes it. */
export interface FaultRule {
  service: string
  action: string
  kind: string
  match?: string | Record<string, string>
  rate?: number
  times?: number
  error?: string
  message?: string
  latencyMilliseconds?: number
  when?: string
  delaySeconds?: number
}

/** A fault that is worth to see, and what happens then. */
export interface Preset {
  title: string
  /** What the reader will see. */
  effect: string
  rule: FaultRule
}

export const presets: readonly Preset[] = [
  {
    title: 'SES throttles one mail in three',
    effect: 'Registrations answer 503 and may be tried again; reminders are retried until they are sent.',
    rule: {
      service: 'ses',
      action: 'SendRawEmail',
      kind: 'error',
      error: 'Throttling',
      message: 'Maximum sending rate exceeded.',
      rate: 0.33,
    },
  },
  {
    title: 'SES has paused the account',
    effect:
      'Registrations answer 503. Runs wait, and send by themselves when it is over; the alarm mail-HeldBack goes off.',
    rule: { service: 'ses', action: 'SendRawEmail', kind: 'error', error: 'AccountSendingPausedException', rate: 1 },
  },
  {
    title: 'SES accepts mails, and its responses are lost',
    effect: 'A reminder waits for the event of SES that says what became of it, and no second mail goes out.',
    rule: { service: 'ses', action: 'SendRawEmail', kind: 'dropAfterEffect', rate: 0.5 },
  },
  {
    title: 'SES is slow: three seconds for each mail',
    effect: 'The registration form takes as long.',
    rule: { service: 'ses', action: 'SendRawEmail', kind: 'latency', latencyMilliseconds: 3000, rate: 1 },
  },
  {
    title: 'Events of SES come ten minutes late',
    effect: 'Mails are recorded later; nothing is sent twice.',
    rule: { service: 'ses', action: 'Event', kind: 'delay', delaySeconds: 600, rate: 1 },
  },
  {
    title: 'Lambda is away for runs',
    effect: 'Runs retry for six hours; the alarm runs-CallsFail goes off.',
    rule: {
      service: 'lambda',
      action: 'Invoke',
      kind: 'error',
      error: 'ServiceException',
      match: { caller: 'states' },
      rate: 1,
    },
  },
  {
    title: 'The table throttles half of all writes',
    effect: 'The SDK tries again; what still fails is an error of the function, and its alarm.',
    rule: {
      service: 'dynamodb',
      action: 'PutItem',
      kind: 'error',
      error: 'ProvisionedThroughputExceededException',
      rate: 0.5,
    },
  },
  {
    title: 'The next reminder is killed after its mail went out',
    effect: 'The run tries again, finds the event of SES, and ends without a second mail.',
    rule: {
      service: 'ses',
      action: 'SendRawEmail',
      kind: 'crashCaller',
      when: 'afterEffect',
      match: { caller: 'reminder' },
      times: 1,
    },
  },
  {
    title: 'No run can start',
    effect: 'Registrations answer 503; the alarm runs-Refused goes off.',
    rule: { service: 'states', action: 'StartExecution', kind: 'error', error: 'ThrottlingException', rate: 1 },
  },
]

/** What a rule does, in a line: `ses SendRawEmail: error Throttling, 33 % of the calls`. */
export function describeRule({
  service,
  action,
  kind,
  match,
  rate,
  times,
  error,
  latencyMilliseconds,
  delaySeconds,
  when,
}: FaultRule): string {
  const what = [
    kind,
    error,
    latencyMilliseconds && `${latencyMilliseconds} ms`,
    delaySeconds && `${delaySeconds} s`,
    when,
  ]
  const which =
    match === undefined
      ? ''
      : ` where ${
          typeof match === 'string'
            ? match
            : Object.entries(match)
                .map(([name, part]) => `${name} has ${part}`)
                .join(', ')
        }`
  const often =
    rate === undefined
      ? times === 1
        ? 'once more'
        : `${times} more times`
      : rate === 1
        ? 'every call'
        : `${Math.round(rate * 100)} % of the calls`
  return `${service} ${action}: ${what.filter(Boolean).join(' ')}, ${often}${which}`
}

/** Whether an active rule is this one: its number of times goes down, and counts are added. */
export function isSame(active: FaultRule, rule: FaultRule): boolean {
  const text = ({ times, ...rest }: FaultRule & { injected?: number }) => {
    const { injected, ...members } = rest
    return JSON.stringify(Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1)))
  }
  return text(active) === text(rule) && (active.times === undefined) === (rule.times === undefined)
}
