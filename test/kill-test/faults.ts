/** A rule for `PUT /_local/faults`. */
export interface FaultRule {
  service: string
  action: string
  kind: string
  rate: number
  [member: string]: unknown
}

/** A rule and how often it was injected. */
export type InjectedRule = FaultRule & { injected: number }

/** What is injected from one moment of the virtual clock to another. */
export interface Phase {
  from: number
  to: number
  rules: InjectedRule[]
}

/**
 * Every fault of the local cloud, at every call that it can harm.
 *
 * Two faults are missing, because no design can survive them. The network never repeats a call to SES for one mail
 * (`duplicate` of SendRawEmail): SES has no idempotency token. And at least one event of every mail arrives in the end: a
 * mail without any event, whose sender died before it could record it, looks like a mail that was never sent.
 */
export function everyFault(): FaultRule[] {
  const rate = 0.02
  // Twice for each call of a function: a few per cent of its invocations end in a crash.
  const crashRate = 0.01
  const call = (service: string, action: string, kind: string, more: object = {}) => ({
    service,
    action,
    kind,
    rate,
    ...more,
  })
  const latency = { latencyMilliseconds: 200 }
  return [
    ...[{ action: 'GetItem' }, { action: 'PutItem' }, { action: 'UpdateItem', match: { caller: 'register' } }].flatMap(
      ({ action, ...those }) => [
        call('dynamodb', action, 'error', { error: 'ProvisionedThroughputExceededException', ...those }),
        call('dynamodb', action, 'latency', { ...latency, ...those }),
        call('dynamodb', action, 'dropAfterEffect', those),
        call('dynamodb', action, 'duplicate', those),
      ],
    ),
    call('states', 'StartExecution', 'error', { error: 'ThrottlingException' }),
    call('states', 'StartExecution', 'latency', latency),
    call('states', 'StartExecution', 'dropAfterEffect'),
    call('states', 'StartExecution', 'duplicate'),
    call('ses', 'SendRawEmail', 'error', { error: 'Throttling' }),
    call('ses', 'SendRawEmail', 'error', { error: 'ServiceUnavailable' }),
    ...acceptedAfterMs.map((ms) => call('ses', 'SendRawEmail', 'latency', { latencyMilliseconds: ms })),
    call('ses', 'SendRawEmail', 'dropAfterEffect'),
    call('lambda', 'Invoke', 'error', { error: 'ServiceException' }),
    call('lambda', 'Invoke', 'latency', latency),
    call('lambda', 'Invoke', 'dropAfterEffect'),
    call('lambda', 'Invoke', 'duplicate'),
    call('sqs', 'GetQueueAttributes', 'error', { error: 'ServiceUnavailable' }),
    call('sqs', 'GetQueueAttributes', 'dropAfterEffect'),
    call('events', 'PutEvents', 'error', { error: 'ThrottlingException' }),
    call('events', 'PutEvents', 'latency', latency),
    call('events', 'PutEvents', 'dropAfterEffect'),
    call('events', 'PutEvents', 'duplicate'),
    call('sns', 'Deliver', 'error', { error: 'InternalFailure' }),
    call('sns', 'Deliver', 'dropAfterEffect'),
    call('sns', 'Deliver', 'duplicate'),
    call('ses', 'Event', 'delay', { delaySeconds: 3 * 3600 }),
    call('ses', 'Event', 'duplicate'),
    call('ses', 'Event', 'reorder'),
    call('ses', 'Event', 'lose', { match: { eventType: 'Delivery' } }),
    // Before and after every call of a function: that is every boundary between two of its steps.
    ...steps.flatMap(({ caller, service, action }) =>
      ['beforeEffect', 'afterEffect'].map((when) =>
        call(service, action, 'crashCaller', { rate: crashRate, when, match: { caller } }),
      ),
    ),
  ]
}

/**
 * How long SES takes to accept a mail: a moment, nearly the five seconds for which the caller waits, and longer. Of a
 * longer one the caller does not know whether the mail was accepted.
 */
const acceptedAfterMs = [200, 1_000, 2_500, 4_500, 8_000, 14_000]

/** The faults that could make the reminder send twice or not at all, at this rate. Everything else works. */
export function faultsOfTheReminder(rate: number): FaultRule[] {
  const calls = { rate, match: { caller: 'reminder' } }
  const mail = { service: 'ses', action: 'SendRawEmail' }
  const invocation = { service: 'lambda', action: 'Invoke', rate, match: { caller: 'states' } }
  return [
    // Evidence comes hours late, so that no attempt finds it by chance.
    { service: 'ses', action: 'Event', kind: 'delay', delaySeconds: 3 * 3600, rate: 0.9 },
    { ...mail, kind: 'error', error: 'Throttling', ...calls },
    { ...mail, kind: 'dropAfterEffect', ...calls },
    { ...invocation, kind: 'dropAfterEffect' },
    { ...invocation, kind: 'duplicate' },
    ...steps
      .filter(({ caller }) => caller === 'reminder')
      .flatMap(({ service, action }) =>
        ['beforeEffect', 'afterEffect'].map((when) => ({
          ...{ service, action, kind: 'crashCaller', when, ...calls },
          // Each attempt reads three queues, and two lost readings in a row begin the six hours of silence again. At the full
          // rate silence would hardly ever be proven, and a mail never be claimed again.
          ...(action === 'GetQueueAttributes' && { rate: rate / 10 }),
        })),
      ),
  ]
}

const steps = [
  { caller: 'announce', service: 'events', action: 'PutEvents' },
  { caller: 'register', service: 'dynamodb', action: 'UpdateItem' },
  { caller: 'register', service: 'dynamodb', action: 'PutItem' },
  { caller: 'register', service: 'states', action: 'StartExecution' },
  { caller: 'register', service: 'ses', action: 'SendRawEmail' },
  { caller: 'confirm', service: 'dynamodb', action: 'GetItem' },
  { caller: 'confirm', service: 'dynamodb', action: 'PutItem' },
  { caller: 'withdraw', service: 'dynamodb', action: 'GetItem' },
  { caller: 'withdraw', service: 'dynamodb', action: 'PutItem' },
  { caller: 'reminder', service: 'dynamodb', action: 'GetItem' },
  { caller: 'reminder', service: 'dynamodb', action: 'PutItem' },
  { caller: 'reminder', service: 'ses', action: 'SendRawEmail' },
  { caller: 'reminder', service: 'sqs', action: 'GetQueueAttributes' },
  { caller: 'feedback', service: 'dynamodb', action: 'GetItem' },
  { caller: 'feedback', service: 'dynamodb', action: 'PutItem' },
]
