import { forbidden, type Grant, inWords, unbounded } from '@confirmation-reminder/iam/compare'
import { type Change, isRemoved } from './change.ts'
import type { Danger } from './danger.ts'
import { changedElements, same } from './difference.ts'
import { type DisplayValue, elements, listIn, inWords as plainly, Unknown } from './display-value.ts'
import { invocationDangers } from './invocation-danger.ts'
import type { Plan } from './plan.ts'
import { type Comparison, comparison, policyArgument, policyComparison, policyOf } from './policy.ts'
import { capital, named } from './subjects.ts'
import { type WaitingRuns, waitingRuns } from './waiting-runs.ts'

/** Permissions that widen, and those that runs which wait, or alarms, still need. */
export function permissionDangers(plan: Plan, changes: Change[]): Danger[] {
  const waiting = waitingRuns(plan)
  const created = newRoles(changes)
  const judged = changes.map((change) => policyDangers(change, created, waiting))
  const unseen = changes.filter((_, index) => judged[index] === 'unseen')
  return [
    ...changes.flatMap((change) => roleDangers(change, waiting)),
    ...judged.flatMap((dangers) => (dangers === 'unseen' ? [] : dangers)),
    ...(unseen.length ? [unjudged(unseen)] : []),
    ...changes.flatMap((change) => attachmentDangers(change, created, waiting)),
    ...changes.flatMap(invocationDangers),
  ]
}

// What a policy is put on, where it is a resource of its own.
const targets = ['role', 'user', 'group', 'arn', 'resource_arn', 'queue_url', 'key_id', 'bucket']
const isPutOn = (type: string) => /_policy(_attachment)?$/.test(type) && type !== 'aws_iam_policy'

/** Whether what gets a policy comes with this plan too: what a new resource may do comes with the resource. */
function isNew({ type, after }: Change, roles: Set<DisplayValue>): boolean {
  if (!isPutOn(type)) return true
  const [target] = targets.flatMap((name) => (name in after ? [after[name]] : []))
  // What has no ARN or name yet does not exist yet.
  if (target instanceof Unknown) return true
  if (target === undefined) return false
  return roles.has(target)
}

/** The names of the roles that come with a plan. */
function newRoles(changes: Change[]): Set<DisplayValue> {
  const roles = changes.filter(
    ({ type, kind, before, after }) =>
      type === 'aws_iam_role' && (kind === 'created' || before.name !== after.name) && after.name !== undefined,
  )
  return new Set(roles.map(({ after }) => after.name ?? null))
}

/** What it means that a policy is changed, created or removed; or that this plan does not show it. */
function policyDangers(change: Change, created: Set<DisplayValue>, waiting: WaitingRuns): Danger[] | 'unseen' {
  const { kind, title, before, after, because } = change
  const argument = policyArgument(change)
  if (!argument) return []
  const needs = whoNeeds(change, waiting)
  if (kind === 'destroyed' || kind === 'forgotten')
    return needs && isPutOn(change.type) ? [lost(title, policyOf(before[argument]), needs)] : []
  const moves = because.includes('role')
  if (kind !== 'created' && !moves && !differs(change, argument)) return []
  if (kind === 'created' || moves) {
    const [was, is] = [policyOf(before[argument]), policyOf(after[argument])]
    const left = moves && needs ? [lost(title, was, needs)] : []
    if (isNew(change, created)) return [...left, ...boundless(title, is ?? [])]
    return is ? [...left, ...differing(title, comparison([], is))] : 'unseen'
  }
  const seen = policyComparison(change, argument)
  if (seen !== 'unseen') return differing(title, seen, needs)
  const is = policyOf(after[argument])
  return is ? differing(title, comparison([], is), needs) : 'unseen'
}

const differs = ({ differences }: Change, argument: string) =>
  differences.some(({ path }) => path === argument || path.startsWith(`${argument}.`))

/** Who fails without a permission, and why; nothing for those that their owners try out before they ship. */
function whoNeeds({ type, before }: Change, { roles, policies }: WaitingRuns): [who: string, why: string] | undefined {
  const role = type === 'aws_iam_role' ? before.name : before.role
  if (roles.has(String(role)) || policies.has(String(before.arn))) {
    return [
      'runs that wait use it',
      'Runs that wait now may fail when they resume: a run keeps the role and the definition that it started with, but not their permissions.',
    ]
  }
  if (/^aws_(sns_topic_policy|kms_key(_policy)?)$/.test(type)) {
    return [
      'what is published needs it',
      'Without it no alarm reaches Slack, and no SES event is received: every publisher to an encrypted topic needs its policy and its key.',
    ]
  }
  if (type === 'aws_sqs_queue_policy') {
    return [
      'what is put into the queue needs it',
      'Without it neither SNS nor EventBridge can put events into the queue, and what they cannot put there is lost.',
    ]
  }
  return undefined
}

function differing(
  title: string,
  { was, is, gained, unbanned, lost }: Comparison,
  needs?: [who: string, why: string],
): Danger[] {
  const lines = { before: orNothing(inWords(was)), after: orNothing(inWords(is)) }
  const changed = {
    before: lines.before.filter((line) => !lines.after.includes(line)),
    after: lines.after.filter((line) => !lines.before.includes(line)),
  }
  const [who, why] = needs ?? []
  return [
    ...(gained.length || unbanned.length
      ? [
          {
            title: `${capital(title)} widens`,
            why: [...added('New is', gained), ...added('No longer forbidden', forbidden(unbanned))].join(' '),
            ...changed,
          },
        ]
      : []),
    ...(why && lost.length ? [{ title: `${capital(title)} narrows, and ${who}`, why, ...changed }] : []),
  ]
}

function added(how: string, grants: Grant[]): string[] {
  const [first, second, ...more] = inWords(grants).map(named)
  if (!first) return []
  const rest = more.length ? ` and ${more.length} more` : ''
  return [`${how}: ${[first, second].filter(Boolean).join('; ')}${rest}.`]
}

function boundless(title: string, is: Grant[]): Danger[] {
  const grants = is.filter(unbounded)
  if (!grants.length) return []
  const why = 'It is new, and allows everything, or something to everybody.'
  return [{ title: `${capital(title)} has no bounds`, why, before: ['nothing'], after: inWords(grants) }]
}

const lost = (title: string, was: Grant[] | undefined, [who, why]: [string, string]): Danger => ({
  title: `${capital(title)} is removed, and ${who}`,
  why,
  before: was ? orNothing(inWords(was)) : ['sensitive'],
  after: ['nothing'],
})

const unjudged = (changes: Change[]): Danger => ({
  title: `What ${changes.length === 1 ? 'a policy' : `${changes.length} policies`} will allow, this plan cannot show`,
  why: `They name something that does not exist yet, are sensitive, or cannot be compared: read them in the source. ${changes.map(({ title }) => capital(title)).join(', ')}.`,
})

const orNothing = (lines: string[]) => (lines.length ? lines : ['nothing'])

/** A role that is removed, or whose permissions boundary is. Its trust policy is judged as any other policy. */
function roleDangers(change: Change, { roles }: WaitingRuns): Danger[] {
  const { type, kind, title, before, after } = change
  if (type !== 'aws_iam_role' || kind === 'created') return []
  if (isRemoved(change)) {
    const why = 'Runs that wait now fail when they resume: a run keeps the role that it started with.'
    return roles.has(String(before.name))
      ? [{ title: `${capital(title)} is ${kind}, and runs that wait use it`, why }]
      : []
  }
  const [was, is] = [before.permissions_boundary ?? null, after.permissions_boundary ?? null]
  const gained = changedElements(listIn(before.managed_policy_arns), listIn(after.managed_policy_arns)).come.map(
    plainly,
  )
  return [
    ...(was && !same(was, is)
      ? [
          {
            title: `${capital(title)} ${is ? 'gets another' : 'loses its'} permissions boundary`,
            why: 'It limits what the policies of the role allow.',
            before: elements([was]),
            after: is ? elements([is]) : ['none'],
          },
        ]
      : []),
    ...gained.map((policy) => attached(title, policy)),
  ]
}

const attached = (title: string, policy: string): Danger => ({
  title: `${capital(title)} gets another policy`,
  why: 'This plan does not show what a managed policy allows.',
  before: ['not attached'],
  after: [policy],
})

// Of AWS's own policies those that know no bounds; every other one of a new role comes with the role.
const allPowerful = /:policy\/(AdministratorAccess|PowerUserAccess|IAMFullAccess)$/

/** A policy that is put on a role, a user or a group, or taken from it. */
function attachmentDangers(change: Change, created: Set<DisplayValue>, { roles }: WaitingRuns): Danger[] {
  const { type, kind, before, after } = change
  if (!/^aws_iam_(role_|user_|group_)?policy_attachment$/.test(type)) return []
  if (isRemoved(change) && roles.has(String(before.role))) {
    const why =
      'Runs that wait now may fail when they resume: a run keeps the role that it started with, but not its policies.'
    const title = `${capital(holder(before))} loses a policy, and runs that wait use it`
    return [{ title, why, before: [policyIn(before)], after: kind === 'replaced' ? [policyIn(after)] : ['nothing'] }]
  }
  if (kind === 'destroyed' || kind === 'forgotten') return []
  if (isNew(change, created) && !allPowerful.test(policyIn(after))) return []
  if (kind === 'created') return [attached(holder(after), policyIn(after))]
  return [{ ...attached(holder(after), policyIn(after)), before: [policyIn(before)] }]
}

/** Who a policy is put on, in words. */
function holder(values: Change['after']): string {
  const noun = ['role', 'user', 'group', 'roles'].find((name) => values[name]) ?? 'role'
  return `${noun} ${named(elements([values[noun] ?? new Unknown()]).join())}`
}

const policyIn = ({ policy_arn }: Change['after']) => elements([policy_arn ?? new Unknown()]).join()
