import { dangersBeyondResources } from './beyond-resources.ts'
import { type Change, isRemoved, type Kind, replacedBecause } from './change.ts'
import type { Danger } from './danger.ts'
import { changedElements, same } from './difference.ts'
import { type DisplayValue, elements, inWords, isObject, listIn, Unknown } from './display-value.ts'
import { eventDangers } from './event-danger.ts'
import { leftoverDangers } from './leftovers.ts'
import { losses, lossOfEvents, lossOfRecord, silencing } from './losses.ts'
import { lostStateDangers } from './lost-state.ts'
import { originDangers } from './origin-danger.ts'
import { pageDangers } from './page-danger.ts'
import { permissionDangers } from './permission-danger.ts'
import type { Plan } from './plan.ts'
import { capital } from './subjects.ts'

/** What is dangerous in a plan, the worst first. */
export function dangersOf(plan: Plan, all: Change[]): Danger[] {
  const isLeftover = ({ deposed }: Change) => deposed !== undefined
  const changes = all.filter((change) => change.kind !== 'moved' && change.kind !== 'imported' && !isLeftover(change))
  return [
    ...lostStateDangers(plan, changes),
    ...dangersBeyondResources(plan, all),
    ...changes.filter(isRemoved).flatMap(loss),
    ...leftoverDangers(plan, all.filter(isLeftover)),
    ...changes.flatMap(elsewhere),
    ...changes.flatMap(protection),
    ...changes.flatMap(turnedOff),
    ...changes.flatMap(silence),
    ...changes.flatMap(eventDangers),
    ...changes.flatMap(channel),
    ...changes.flatMap(originDangers),
    ...pageDangers(changes),
    ...permissionDangers(plan, changes),
  ]
}

const leftAlone =
  'It stays in AWS unchanged, but Terraform no longer reports its changes, and a later deploy may create another.'

const verbs: Partial<Record<Kind, string>> = {
  replaced: 'is replaced',
  destroyed: 'is destroyed',
  forgotten: 'is no longer managed by Terraform',
}

function loss(change: Change): Danger[] {
  const { type, title, kind, because, before, after } = change
  const why = whatIsLost(change)
  // A replaced alarm comes back at once; a replaced policy is judged as a permission.
  if (!why || (kind === 'replaced' && type === 'aws_sns_topic_policy')) return []
  const was = because.map((name) => `${name}: ${inWords(before[name] ?? null)}`)
  const is = because.map((name) => `${name}: ${inWords(after[name] ?? null)}`)
  return [
    {
      title: `${capital(title)} ${verbs[kind]}${replacedBecause(change)}`,
      why: kind === 'forgotten' ? leftAlone : why,
      ...(kind === 'replaced' && because.length > 0 && { before: was, after: is }),
    },
  ]
}

function whatIsLost({ type, title, before }: Change): string | undefined {
  if (type === 'aws_dynamodb_table' && !/customers/.test(title)) return 'What it holds is gone.'
  if (type === 'aws_route53_record') return lossOfRecord(String(before.type), String(before.name))
  return lossOfEvents(type, before) ?? losses.get(type)
}

const followed = 'What followed it before, such as links in mails that were sent, now finds something else.'
const delivered =
  'Events go there from now on, with what they say about customers, and no longer where they went before.'

/** What of a resource says where links lead or events go, and what it means that they lead elsewhere. */
const targets: ReadonlyMap<string, { led: string[]; why: string }> = new Map([
  ['aws_route53_record', { led: ['alias', 'records'], why: followed }],
  ['aws_apigatewayv2_api_mapping', { led: ['api_id', 'stage', 'api_mapping_key'], why: followed }],
  [
    'aws_cloudwatch_event_api_destination',
    { led: ['invocation_endpoint', 'http_method', 'connection_arn'], why: delivered },
  ],
  ['aws_cloudwatch_event_target', { led: ['arn'], why: delivered }],
  ['aws_lambda_event_source_mapping', { led: ['function_name'], why: delivered }],
])

/**
 * Where links in mails, the keys of signatures, bounces or events lead, if a change leads them elsewhere; and an address that
 * is turned off.
 */
function elsewhere({ type, kind, title, before, after, differences }: Change): Danger[] {
  if (kind !== 'changed' && kind !== 'replaced') return []
  const endpoint = 'disable_execute_api_endpoint'
  if (type === 'aws_apigatewayv2_api' && before[endpoint] !== true && after[endpoint] === true) {
    return [
      {
        title: `${capital(title)} loses its own address`,
        why: 'Links in mails that were sent before the stage had a domain stop working.',
      },
    ]
  }
  // What a TXT record says is a policy, which may change.
  const { led, why } = (before.type !== 'TXT' && targets.get(type)) || { led: [], why: '' }
  const changed = differences.filter(({ path }) => led.includes(path.split('.')[0] ?? ''))
  if (changed.length === 0) return []
  return [
    {
      title: `${capital(title)} leads elsewhere`,
      why,
      before: changed.map(({ path, before }) => `${path}: ${inWords(before)}`),
      after: changed.map(({ path, after }) => `${path}: ${inWords(after)}`),
    },
  ]
}

/** A key that is turned off; a table that can be deleted more easily than before, or not restored. */
function protection({ type, kind, title, before, after, differences }: Change): Danger[] {
  if (type === 'aws_kms_key' && before.is_enabled !== false && after.is_enabled === false) {
    return [{ title: `${capital(title)} is turned off`, why: losses.get(type) ?? '' }]
  }
  if (type !== 'aws_dynamodb_table' || kind !== 'changed') return []
  const unprotected = before.deletion_protection_enabled === true && after.deletion_protection_enabled !== true
  const unrecoverable = differences.some(
    ({ path, before, after }) => path.startsWith('point_in_time_recovery') && before !== null && !isOn(after),
  )
  const remembering = differences.some(({ path }) => path.startsWith('ttl')) && !ttlIsOn(after)
  return [
    ...(remembering
      ? [{ title: `${capital(title)} no longer forgets`, why: 'What has expired is not deleted any more.' }]
      : []),
    ...(unprotected
      ? [{ title: `${capital(title)} may be deleted`, why: 'Its deletion protection is turned off.' }]
      : []),
    ...(unrecoverable
      ? [{ title: `${capital(title)} can no longer be restored`, why: 'Its point-in-time recovery is turned off.' }]
      : []),
  ]
}

/**
 * A function without a single execution: on call one does that to end a flood, but hardly by a plan. Or what invokes one with
 * the events of a queue or a stream.
 */
function turnedOff(change: Change): Danger[] {
  const { type, kind, title, before, after } = change
  if (type === 'aws_lambda_event_source_mapping' && before.enabled !== false && after.enabled === false) {
    return kind === 'created' ? [] : [{ title: `${capital(title)} is turned off`, why: whatIsLost(change) ?? '' }]
  }
  const reserved = 'reserved_concurrent_executions'
  if (type !== 'aws_lambda_function' || after[reserved] !== 0 || before[reserved] === 0) return []
  return [{ title: `${capital(title)} is turned off`, why: 'It has 0 executions reserved: Lambda refuses every call.' }]
}

function ttlIsOn({ ttl }: Change['after']): boolean {
  const [block] = Array.isArray(ttl) ? ttl : []
  return ttl instanceof Unknown || (isObject(block) && (block.enabled === true || block.enabled instanceof Unknown))
}

const isOn = (value: DisplayValue) => value === true || typeof value === 'number' || value instanceof Unknown

const actions = { alarm_actions: 'ALARM', ok_actions: 'OK', insufficient_data_actions: 'INSUFFICIENT_DATA' }

/** An alarm or alarm action that is removed: its trouble is no longer reported. */
function silence(change: Change): Danger[] {
  const { type, kind, title, before, after } = change
  const lost = whatIsLost(change)
  const silent = lost ?? 'No one is notified of it any more.'
  if (!silencing.test(type)) return []
  if (kind === 'destroyed' || kind === 'forgotten')
    return lost ? [] : [{ title: `${capital(title)} ${verbs[kind]}`, why: silent }]
  if (kind === 'created') return []
  const off = ['actions_enabled', 'is_enabled'].some((name) => before[name] !== false && after[name] === false)
  const disabled = type === 'aws_cloudwatch_event_rule' && before.state !== after.state && after.state === 'DISABLED'
  if (off || disabled) return [{ title: `${capital(title)} is turned off`, why: silent }]
  return Object.entries(actions).flatMap(([argument, name]) => {
    const lost = losing(before[argument], after[argument])
    return lost ? [{ title: `${capital(title)} loses an action for ${name}`, why: silent, ...lost }] : []
  })
}

/** What a list had and has, if an element is removed. */
function losing(
  before: DisplayValue | undefined,
  after: DisplayValue | undefined,
): { before: string[]; after: string[] } | undefined {
  // An element that is known only after apply may be what seems to be removed: then it is created again, and is reported above.
  if (after instanceof Unknown) return undefined
  const [was, is] = [listIn(before), listIn(after)]
  const { gone } = changedElements(was, is)
  const created = is.filter((each) => each instanceof Unknown)
  return gone.length > created.length ? { before: elements(was), after: orNone(elements(is)) } : undefined
}

const orNone = (lines: string[]) => (lines.length ? lines : ['none'])

/** What the Slack channel receives, and the limit of what its members can do. */
function channel({ type, kind, title, before, after }: Change): Danger[] {
  if (type !== 'aws_chatbot_slack_channel_configuration' || kind === 'destroyed' || kind === 'forgotten') return []
  const deaf = losing(before.sns_topic_arns, after.sns_topic_arns)
  return [
    ...(deaf
      ? [
          {
            title: `${capital(title)} no longer subscribes to a topic`,
            why: 'No one is notified of it any more.',
            ...deaf,
          },
        ]
      : []),
    ...guardrail(kind, title, before.guardrail_policy_arns ?? null, after.guardrail_policy_arns ?? null),
  ]
}

const administrator = 'AdministratorAccess'

function guardrail(kind: Kind, title: string, before: DisplayValue, after: DisplayValue): Danger[] {
  const [was, is] = [elements(before), elements(after)]
  const change = { before: orNone(was), after: after instanceof Unknown ? [inWords(after)] : orNone(is) }
  const why = `all members of the channel may do what its role may.`
  if (!(after instanceof Unknown) && is.length === 0) {
    const unset = `Without one, Chatbot falls back to ${administrator}: ${why}`
    return [{ title: `${capital(title)} has no guardrail`, why: unset, ...change }]
  }
  if (kind !== 'created' && same(before, after)) return []
  if (is.some((policy) => policy.endsWith(`/${administrator}`))) {
    return [
      { title: `${capital(title)} has ${administrator} for a guardrail`, why: `It limits nothing: ${why}`, ...change },
    ]
  }
  if (kind === 'created') return []
  const bound = 'It limits what all members of the channel can do.'
  return [{ title: `${capital(title)} gets another guardrail`, why: bound, ...change }]
}
