import * as v from 'valibot'
import { membersOf } from './read-body.ts'

const name = (what: string) => v.pipe(v.string(`takes ${what}`), v.nonEmpty(`takes ${what}`))
const index = (what: string) =>
  v.optional(
    v.pipe(
      v.number(`takes ${what}, from 0`),
      v.integer(`takes ${what}, from 0`),
      v.minValue(0, `takes ${what}, from 0`),
    ),
  )

/** The body of `PUT /_local/permissions`: the actions that are taken out of the policies of roles, or of one statement. */
export const WithheldBody = v.array(
  v.strictObject(
    {
      role: name('the name of a role'),
      action: name('an action as the policy writes it, such as dynamodb:PutItem'),
      policy: index('the index of a policy of the role'),
      statement: index('the index of a statement'),
    },
    membersOf('{"role": "confirmation-reminder-dev-confirm", "action": "dynamodb:PutItem"}'),
  ),
  'takes a list of roles and actions',
)
