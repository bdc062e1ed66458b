import type { Change } from './change.ts'
import type { Danger } from './danger.ts'
import { changedElements, same } from './difference.ts'
import { type DisplayValue, inside, inWords, isObject, listIn, Sensitive, Unknown } from './display-value.ts'
import { capital } from './subjects.ts'

/** What an argument does so that every event about a customer arrives, and what it means if it no longer does. */
interface Guarantee {
  type: string
  /** The path of the argument. A block that may stand once needs no index. */
  argument: string
  /** What AWS takes where the argument is missing. */
  otherwise: DisplayValue
  isWeaker: (before: DisplayValue, after: DisplayValue, change: Change) => boolean
  /** What becomes of the resource, as the end of a sentence that its title begins. */
  what: string
  why: string
}

// How long DynamoDB keeps a change in a stream. What fails for longer is lost, and not put aside.
const streamSeconds = 86_400

/** Retries and ages in seconds. -1 has no end. */
const limitIn = (value: DisplayValue) => (value === -1 ? Infinity : typeof value === 'number' ? value : Number.NaN)
const isLower = (before: DisplayValue, after: DisplayValue) => limitIn(after) < limitIn(before)
const outlivesStream = (age: DisplayValue) => limitIn(age) >= streamSeconds
/** What is known only after apply is new, and what it takes the place of is reported as removed. */
const isMoved = (before: DisplayValue, after: DisplayValue) =>
  !same(before, null) && !(after instanceof Unknown) && !same(before, after)
const isOther = (before: DisplayValue, after: DisplayValue) => !same(before, after)

const gaveUp = 'What cannot be delivered until then goes to the dead letters or, if there are none, is lost.'
const unseen = 'Alarms and commands look into the previous queue. If there is none, what cannot be delivered is lost.'
const putAside = 'Changes that fail for longer are not announced until someone announces them again.'

const [target, trigger] = ['aws_cloudwatch_event_target', 'aws_lambda_event_source_mapping']
const guarantees: Guarantee[] = [
  {
    type: 'aws_dynamodb_table',
    argument: 'stream_enabled',
    otherwise: false,
    isWeaker: (before, after) => before === true && after === false,
    what: 'no longer has a stream',
    why: 'What happens to customers is not announced any more: the event bus and the webhook get nothing.',
  },
  {
    type: 'aws_dynamodb_table',
    argument: 'stream_view_type',
    otherwise: null,
    // A table without a stream may have a view type too, which means nothing.
    isWeaker: (was, is, { before, after }) =>
      before.stream_enabled === true && after.stream_enabled === true && isMoved(was, is),
    what: 'has something else in its stream',
    why: 'The function that announces what happened needs each item as it was before and after the change.',
  },
  {
    type: trigger,
    argument: 'destination_config.on_failure.destination_arn',
    otherwise: null,
    isWeaker: isMoved,
    what: 'puts elsewhere what failed',
    why: unseen,
  },
  {
    type: trigger,
    argument: 'maximum_record_age_in_seconds',
    otherwise: -1,
    isWeaker: isLower,
    what: 'gives up earlier',
    why: putAside,
  },
  {
    type: trigger,
    argument: 'maximum_record_age_in_seconds',
    otherwise: -1,
    isWeaker: (before, after) => !outlivesStream(before) && outlivesStream(after),
    what: 'gives up too late',
    why: 'DynamoDB keeps a change for a day. One that fails for longer is lost without anybody knowing.',
  },
  {
    type: trigger,
    argument: 'maximum_retry_attempts',
    otherwise: -1,
    isWeaker: isLower,
    what: 'tries less often',
    why: putAside,
  },
  {
    type: trigger,
    argument: 'bisect_batch_on_function_error',
    otherwise: false,
    isWeaker: (before, after) => before === true && after === false,
    what: 'no longer splits batches that fail',
    why: 'One change that fails takes those of other customers with it.',
  },
  {
    type: trigger,
    argument: 'function_response_types',
    otherwise: null,
    isWeaker: (before, after) =>
      !(after instanceof Unknown) && changedElements(listIn(before), listIn(after)).gone.length > 0,
    what: 'ignores what the function reports as failed',
    why: 'It counts as done, and is lost.',
  },
  {
    type: trigger,
    argument: 'filter_criteria',
    otherwise: null,
    isWeaker: (before, after) => isOther(before, after) && !same(after, null),
    what: 'has another filter',
    why: 'What the filter leaves out never reaches the function.',
  },
  {
    type: 'aws_cloudwatch_event_rule',
    argument: 'event_pattern',
    otherwise: null,
    isWeaker: isOther,
    what: 'matches other events',
    why: 'Its targets get all that match, and nothing else.',
  },
  {
    type: target,
    argument: 'retry_policy.maximum_event_age_in_seconds',
    otherwise: 86_400,
    isWeaker: isLower,
    what: 'gives up earlier',
    why: gaveUp,
  },
  {
    type: target,
    argument: 'retry_policy.maximum_retry_attempts',
    otherwise: 185,
    isWeaker: isLower,
    what: 'tries less often',
    why: gaveUp,
  },
  {
    type: target,
    argument: 'dead_letter_config.arn',
    otherwise: null,
    isWeaker: isMoved,
    what: 'puts dead letters elsewhere',
    why: unseen,
  },
  {
    type: 'aws_cloudwatch_event_connection',
    argument: 'authorization_type',
    otherwise: null,
    isWeaker: isOther,
    what: 'authenticates in another way',
    why: 'A webhook refuses events without the secret that it expects.',
  },
  {
    type: 'aws_cloudwatch_event_connection',
    argument: 'auth_parameters',
    otherwise: null,
    isWeaker: isOther,
    what: 'gets another secret',
    why: 'A webhook refuses events without the secret that it expects.',
  },
]

/** What weakens the path of events: from the table's stream, by the function that announces them, to the targets of rules. */
export function eventDangers(change: Change): Danger[] {
  const { type, kind, title, before, after } = change
  if (kind !== 'changed' && kind !== 'replaced') return []
  return guarantees
    .filter((guarantee) => guarantee.type === type)
    .flatMap(({ argument, otherwise, isWeaker, what, why }) => {
      const [was, is] = [before, after].map((values) => at(values, argument) ?? otherwise) as [
        DisplayValue,
        DisplayValue,
      ]
      if (!isWeaker(was, is, change)) return []
      const line = (value: DisplayValue) => [`${argument}: ${same(value, null) ? 'none' : inWords(value)}`]
      return [{ title: `${capital(title)} ${what}`, why, before: line(was), after: line(is) }]
    })
}

/** What stands at a path. What contains it may be sensitive, or not known yet: then so is this. */
const at = (values: Change['after'], path: string): DisplayValue =>
  path.split('.').reduce<DisplayValue>((value, name) => {
    const block = Array.isArray(value) ? (value[0] ?? null) : value
    if (block instanceof Unknown || block instanceof Sensitive) return block
    return isObject(block) ? (inside(block, name) ?? null) : null
  }, values)
