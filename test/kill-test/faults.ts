/** A rule for `PUT /_local/faults`. */
export interface FaultRule {
  service: string
  action: string
  kind: string
  rate: number
  [member: string]: unknown
}

/** How often a rule has struck. */
export type InjectedRule = FaultRule & { injected: number }

/**
 * Every fault that the local cloud knows, wherever it can do harm.
 *
 * Two things are left out, because no design can survive them. SES is never asked twice by the network for one mail
 * (`duplicate` of SendRawEmail): it has no idempotency token. And of every mail at least one event arrives in the end: a
 * mail of which SES tells nothing at all, and whose sender died before it could record it, looks like one never sent.
 */
export function everyFault(): FaultRule[] {
  const rate = 0.02
  // Twice for each of a function's calls: of its invocations a few per cent end so.
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
    call('ses', 'SendRawEmail', 'latency', latency),
    call('ses', 'SendRawEmail', 'dropAfterEffect'),
    call('lambda', 'Invoke', 'error', { error: 'ServiceException' }),
    call('lambda', 'Invoke', 'latency', latency),
    call('lambda', 'Invoke', 'dropAfterEffect'),
    call('lambda', 'Invoke', 'duplicate'),
    call('sns', 'Deliver', 'error', { error: 'InternalFailure' }),
    call('sns', 'Deliver', 'dropAfterEffect'),
    call('sns', 'Deliver', 'duplicate'),
    call('ses', 'Event', 'delay', { delaySeconds: 300 }),
    call('ses', 'Event', 'duplicate'),
    call('ses', 'Event', 'reorder'),
    call('ses', 'Event', 'lose', { match: { eventType: 'Delivery' } }),
    // Before and after every call that a function makes is every boundary between two of its steps.
    ...steps.flatMap(({ caller, service, action }) =>
      ['beforeEffect', 'afterEffect'].map((when) =>
        call(service, action, 'crashCaller', { rate: crashRate, when, match: { caller } }),
      ),
    ),
  ]
}

/** Whatever tempts the reminder to send twice or not at all, at this rate; everything else works. */
export function faultsOfTheReminder(rate: number): FaultRule[] {
  const calls = { rate, match: { caller: 'reminder' } }
  const mail = { service: 'ses', action: 'SendRawEmail' }
  const invocation = { service: 'lambda', action: 'Invoke', rate, match: { caller: 'states' } }
  return [
    // Evidence comes late, so that nobody finds it by chance.
    { service: 'ses', action: 'Event', kind: 'delay', delaySeconds: 300, rate: 0.9 },
    { ...mail, kind: 'error', error: 'Throttling', ...calls },
    { ...mail, kind: 'dropAfterEffect', ...calls },
    { ...invocation, kind: 'dropAfterEffect' },
    { ...invocation, kind: 'duplicate' },
    ...steps
      .filter(({ caller }) => caller === 'reminder')
      .flatMap(({ service, action }) =>
        ['beforeEffect', 'afterEffect'].map((when) => ({ service, action, kind: 'crashCaller', when, ...calls })),
      ),
  ]
}

const steps = [
  { caller: 'register', service: 'dynamodb', action: 'UpdateItem' },
  { caller: 'register', service: 'dynamodb', action: 'PutItem' },
  { caller: 'register', service: 'states', action: 'StartExecution' },
  { caller: 'register', service: 'ses', action: 'SendRawEmail' },
  { caller: 'confirm', service: 'dynamodb', action: 'GetItem' },
  { caller: 'confirm', service: 'dynamodb', action: 'PutItem' },
  { caller: 'reminder', service: 'dynamodb', action: 'GetItem' },
  { caller: 'reminder', service: 'dynamodb', action: 'PutItem' },
  { caller: 'reminder', service: 'ses', action: 'SendRawEmail' },
  { caller: 'feedback', service: 'dynamodb', action: 'GetItem' },
  { caller: 'feedback', service: 'dynamodb', action: 'PutItem' },
]
