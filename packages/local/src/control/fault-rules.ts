import * as v from 'valibot'
import { membersOf } from './read-body.ts'

const name = (what: string) => v.pipe(v.string(`takes ${what}`), v.nonEmpty(`takes ${what}`))

/** The body of `PUT /_local/faults`: the rules that replace all others. */
export const FaultRules = v.array(
  v.strictObject(
    {
      service: name('a service as clients sign for it, such as ses'),
      action: name('the name of an AWS action, such as SendEmail'),
      kind: v.literal('error', 'takes "error"'),
      error: name('an AWS error code, such as Throttling'),
      message: v.exactOptional(v.string('takes text')),
      times: v.pipe(
        v.number('takes how often the action shall fail'),
        v.safeInteger('takes a whole number'),
        v.minValue(1, 'takes 1 or more'),
      ),
    },
    membersOf('{"service": "ses", "action": "SendEmail", "kind": "error", "error": "Throttling", "times": 1}'),
  ),
  'takes a list of rules',
)
