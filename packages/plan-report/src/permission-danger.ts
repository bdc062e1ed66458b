import type { Change } from './change.ts'
import type { Danger } from './danger.ts'
import { type Grant, grantsOf, inWords, narrowing, policyArguments, widening } from './permission.ts'
import type { Plan } from './plan.ts'
import { isObject, type Shown, Unknown } from './shown.ts'
import { capital } from './subjects.ts'
import { waitingRuns } from './waiting-runs.ts'

/** Permissions that widen, and those that runs which wait still need. */
export function permissionDangers(plan: Plan, changes: Change[]): Danger[] {
  const waiting = waitingRuns(plan)
  // A role whose name is not known yet does not exist yet.
  const isNew = (role: Shown | undefined) =>
    role instanceof Unknown ||
    changes.some(({ type, kind, after }) => type === 'aws_iam_role' && kind === 'created' && after.name === role)
  const unseen: Change[] = []
  const dangers = changes.flatMap((change): Danger[] => {
    const { type, kind, title, before, after, because } = change
    if (type === 'aws_lambda_permission') return invocation(change)
    if (type === 'aws_iam_role_policy_attachment') return attachment(change, isNew(after.role))
    const argument = policyArguments[type]
    if (!argument) return []
    const needed = typeof before.role === 'string' && waiting.roles.has(before.role)
    if (kind === 'destroyed' || kind === 'forgotten') return needed ? [stranding(title, before[argument])] : []
    // What a new resource is allowed comes with the resource; a new policy of a role that is there already does not.
    if (kind === 'created' && (type !== 'aws_iam_role_policy' || isNew(after.role))) return []
    const moves = because.includes('role')
    if (kind !== 'created' && !moves && !differs(change, argument)) return []
    const is = grantsOf(after[argument])
    if (!is) unseen.push(change)
    return is ? compared(title, moves ? [] : (grantsOf(before[argument]) ?? []), is, needed) : []
  })
  return [...dangers, ...(unseen.length ? [unjudged(unseen)] : [])]
}

const unjudged = (changes: Change[]): Danger => ({
  title: `What ${changes.length === 1 ? 'a policy' : `${changes.length} policies`} will allow, this plan cannot show`,
  why: `They name something that does not exist yet, or are sensitive: read them in the source. ${changes.map(({ title }) => capital(title)).join(', ')}.`,
})

const differs = ({ differences }: Change, argument: string) =>
  differences.some(({ path }) => path === argument || path.startsWith(`${argument}.`))

function compared(title: string, was: Grant[], is: Grant[], needed: boolean): Danger[] {
  const { gained, unbanned } = widening(was, is)
  const lost = narrowing(was, is)
  const lines = { before: orNothing(inWords(was)), after: orNothing(inWords(is)) }
  const changed = {
    before: lines.before.filter((line) => !lines.after.includes(line)),
    after: lines.after.filter((line) => !lines.before.includes(line)),
  }
  return [
    ...(gained.length || unbanned.length
      ? [
          {
            title: `${capital(title)} widens`,
            why: [
              ...(gained.length ? [`New is: ${inWords(gained).join('; ')}.`] : []),
              ...(unbanned.length ? [`No longer forbidden: ${inWords(unbanned).join('; ')}.`] : []),
            ].join(' '),
            ...changed,
          },
        ]
      : []),
    ...(lost.length && needed
      ? [{ title: `${capital(title)} narrows, and runs that wait use it`, why: whyNeeded, ...changed }]
      : []),
  ]
}

const whyNeeded =
  'A run keeps the role and the definition that it began with, but not the permissions: those that wait now may fail when they wake.'

const stranding = (title: string, policy: Shown | undefined): Danger => ({
  title: `${capital(title)} goes, and runs that wait use it`,
  why: whyNeeded,
  before: inWords(grantsOf(policy) ?? []),
  after: ['nothing'],
})

const orNothing = (lines: string[]) => (lines.length ? lines : ['nothing'])

/** Who may invoke a function. One of AWS's services, for one resource, is how routes and rules work. */
function invocation({ kind, title, after }: Change): Danger[] {
  if (kind === 'destroyed' || kind === 'forgotten') return []
  const { principal, source_arn: source, source_account: account } = after
  const bounded = source instanceof Unknown || Boolean(source) || Boolean(account)
  if (typeof principal === 'string' && principal.endsWith('.amazonaws.com') && bounded) return []
  return [
    {
      title: `${capital(title)} lets ${typeof principal === 'string' ? `\`${principal}\`` : 'someone'} invoke a function`,
      why: 'It is bound to no resource and no account, so that strangers may do it too.',
    },
  ]
}

function attachment({ kind, before, after }: Change, roleIsNew: boolean): Danger[] {
  if (kind !== 'created' || roleIsNew) return []
  const role = typeof after.role === 'string' ? after.role : 'known after apply'
  const policy = typeof after.policy_arn === 'string' ? after.policy_arn : 'a policy that is known after apply'
  return [
    {
      title: `The role \`${role}\` gets another policy`,
      why: 'What a managed policy allows is not in this plan.',
      before: isObject(before) ? ['not attached'] : [],
      after: [policy],
    },
  ]
}
