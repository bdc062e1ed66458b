import type { Change } from './change.ts'
import type { Danger } from './danger.ts'
import { inside } from './display-value.ts'
import { losses, silencing } from './losses.ts'
import type { Plan, ResourceChange } from './plan.ts'
import { capital, nounOf } from './subjects.ts'

// What holds data, or what runs or mails from before the replacement may still use. All other leftovers go without harm,
// unless there is no other.
const missed =
  /^aws_(dynamodb_table|kms_key|cloudwatch_log_group|sqs_queue|lambda_(function|alias|permission)|sfn_state_machine|iam_(role|policy).*|apigatewayv2_.*)$/

// Each API has an address of its own.
const links = /^aws_apigatewayv2_/

/**
 * What an unfinished replacement left behind (Terraform calls it deposed), and a plan deletes or lets go of. The resource
 * in use is another object, unless both have the same name.
 */
export function leftoverDangers(plan: Plan, changes: Change[]): Danger[] {
  if (changes.length === 0) return []
  const entries = (isLeftover: boolean) =>
    plan.resource_changes.filter(({ deposed }) => (deposed !== undefined) === isLeftover)
  const inUse = new Map(entries(false).map((each) => [each.address, each]))
  const leftovers = new Map(entries(true).map((each) => [`${each.address} ${each.deposed}`, each]))
  return changes.flatMap(({ address, deposed, type, title, kind }) => {
    const noun = nounOf(type)
    if (kind === 'forgotten') {
      return [{ title: `${capital(title)} is no longer managed by Terraform`, why: `It stays in AWS unchanged.` }]
    }
    if (kind === 'moved' || kind === 'imported') return []
    const current = inUse.get(address)
    const same = current && isSame(leftovers.get(`${address} ${deposed}`), current)
    // An alarm that this plan creates is as the leftover was; a topic or an API is another one.
    const isOnly = losses.has(type) ? !current?.change.before : silencing.test(type) && !current
    if (!same && !isOnly && !missed.test(type)) return []
    const cause = 'A replacement that was not finished left it behind.'
    const why = same
      ? `It has the name of the ${noun} in use, so AWS may delete that one.`
      : current?.change.before
        ? `The ${noun} in use stays. ${links.test(type) ? sentLinks : 'Check that nothing needs the leftover, or what it holds.'}`
        : `This plan has no ${noun} in use at its address: check that this is not the only one.`
    return [{ title: `${capital(title)} is deleted`, why: `${cause} ${why}` }]
  })
}

const sentLinks =
  'Links in mails that were sent before the replacement may lead to the leftover: then they stop working, unless a domain of your own points to the API in use.'

const names = ['id', 'arn', 'function_name', 'name']

/** Whether two entries of a plan stand for one object in AWS, by the first name that both have. */
function isSame(leftover: ResourceChange | undefined, current: ResourceChange): boolean {
  const [one, other] = [leftover?.change.before, current.change.before]
  const name = names.find((each) => typeof inside(one, each) === 'string' && typeof inside(other, each) === 'string')
  return name !== undefined && inside(one, name) === inside(other, name)
}
