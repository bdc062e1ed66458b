import * as v from 'valibot'
import {
  type CallKind,
  callKinds,
  type EventKind,
  eventKinds,
  type FaultPlan,
  type FaultRule,
  mailEvent,
} from '../faults/fault-rules.ts'
import { membersOf } from './read-body.ts'

const name = (what: string) => v.pipe(v.string(`takes ${what}`), v.nonEmpty(`takes ${what}`))
const positive = (what: string) =>
  v.pipe(v.number(`takes ${what}`), v.finite(`takes ${what}`), v.gtValue(0, `takes ${what}`))
const wholeNumber = (what: string) => v.pipe(v.number(`takes ${what}`), v.safeInteger('takes a whole number'))

const whatMatches = 'takes a text that the request holds, or an object of members and the text in each'
const kinds = [...new Set([...Object.keys(callKinds), ...Object.keys(eventKinds)])] as (CallKind | EventKind)[]
const kindMembers = ['error', 'message', 'latencyMilliseconds', 'when', 'delaySeconds'] as const

const Rule: v.GenericSchema<unknown, FaultRule> = v.strictObject(
  {
    service: name('a service as clients sign for it, such as ses'),
    action: name('the name of an AWS action, such as SendRawEmail'),
    kind: v.picklist(kinds, `takes one of ${kinds.join(', ')}`),
    match: v.exactOptional(
      v.lazy((match) =>
        typeof match === 'string' ? name('text') : v.record(v.string(), v.string(whatMatches), whatMatches),
      ),
    ),
    rate: v.exactOptional(v.pipe(positive('a share above 0'), v.maxValue(1, 'takes at most 1'))),
    times: v.exactOptional(v.pipe(wholeNumber('how often it happens'), v.minValue(1, 'takes 1 or more'))),
    error: v.exactOptional(name('an AWS error code, such as Throttling')),
    message: v.exactOptional(v.string('takes text')),
    latencyMilliseconds: v.exactOptional(positive('a number of milliseconds')),
    when: v.exactOptional(v.picklist(['beforeEffect', 'afterEffect'], 'takes beforeEffect or afterEffect')),
    delaySeconds: v.exactOptional(positive('a number of seconds')),
  },
  membersOf('{"service": "ses", "action": "SendRawEmail", "kind": "error", "error": "Throttling", "times": 1}'),
)

const CheckedRule = v.pipe(
  Rule,
  v.rawCheck<FaultRule>(({ dataset, addIssue }) => {
    const fault = dataset.typed && contradictionIn(dataset.value)
    if (fault) addIssue({ message: fault })
  }),
)
const Rules = v.array(CheckedRule, 'takes a list of rules')

const seeded = v.strictObject({ seed: v.exactOptional(wholeNumber('a whole number')), rules: Rules })
const alone = v.pipe(
  Rules,
  v.transform((rules) => ({ rules })),
)

/** The body of `PUT /_local/faults`: a list of rules, or an object of such and a seed. */
export const FaultPlanBody: v.GenericSchema<unknown, FaultPlan> = v.lazy((body) =>
  Object.hasOwn(Object(body), 'rules') ? seeded : alone,
)

/** A rule to add, one to remove by its index and its kind, or all to remove. */
export type FaultChange = { add: FaultRule } | { remove: number; kind: string } | { removeAll: true }

const added = v.strictObject({ add: CheckedRule })
const removed = v.strictObject({
  remove: v.pipe(wholeNumber('an index'), v.minValue(0, 'takes an index')),
  kind: name('the kind of that rule'),
})
const allRemoved = v.strictObject(
  { removeAll: v.literal(true, 'takes true') },
  membersOf('{"add": rule}, {"remove": 0, "kind": "error"} or {"removeAll": true}'),
)

/** The body of `POST /_local/console/faults`. */
export const FaultChangeBody: v.GenericSchema<unknown, FaultChange> = v.lazy((body) => {
  const has = (member: string) => Object.hasOwn(Object(body), member)
  return has('add') ? added : has('remove') ? removed : allRemoved
})

/** The error of members of a rule that exclude each other, if any. */
function contradictionIn(rule: FaultRule): string | undefined {
  const ofEvents = rule.service === mailEvent.service && rule.action === mailEvent.action
  const possible: Record<string, { needs: readonly string[]; takes: readonly string[] }> = ofEvents
    ? eventKinds
    : callKinds
  const kind = possible[rule.kind]
  if (!kind) {
    const whose = ofEvents ? 'an Event of ses' : 'a call'
    return `has the kind ${rule.kind}; the kinds of fault for ${whose} are ${Object.keys(possible).join(', ')}`
  }
  const missing = kind.needs.find((member) => !Object.hasOwn(rule, member))
  if (missing) return `lacks the member ${missing}, which the kind ${rule.kind} needs`
  const allowed = [...kind.needs, ...kind.takes]
  const idle = kindMembers.find((member) => Object.hasOwn(rule, member) && !allowed.includes(member))
  if (idle) return `has the member ${idle}, which means nothing to the kind ${rule.kind}`
  if ((rule.rate === undefined) === (rule.times === undefined)) return 'takes one of rate and times'
  return undefined
}
