import type { Architecture, Bond, Thing } from '@confirmation-reminder/console/api'
import { parseArn } from '@confirmation-reminder/contracts/arn'
import { grantsOf } from '@confirmation-reminder/iam/compare'
import { matches, resourceMatches } from '@confirmation-reminder/iam/wildcard'
import type { StackModel } from '../core/stack-model.ts'

/** A thing of the stack, and the ARNs by which policies name it: the first one is its own. */
interface Part {
  thing: Thing
  arns: string[]
  /** With what the names of its actions begin. */
  service?: string
  /** The role that it acts with. */
  role?: string
}

/** The parts of a stack, what calls what as the stack says it, and what may call what as the policies of roles say it. */
export function architecture(stack: StackModel): Architecture {
  const parts = partsOf(stack)
  const ids = new Map(parts.flatMap(({ thing: { id }, arns }) => [id, ...arns].map((name) => [name, id] as const)))
  const bonds = new Map<string, Bond>()
  const join = (from: string | undefined, to: string | undefined, kind: Bond['kind'], actions: string[] = []) => {
    if (from === undefined || to === undefined) return
    const key = `${from} ${to}`
    const known = bonds.get(key)
    bonds.set(key, { from, to, kind: known?.kind ?? kind, actions: [...(known?.actions ?? []), ...actions] })
  }
  for (const [from, to] of calls(stack)) join(ids.get(from), ids.get(to), 'calls')
  for (const { thing, role } of parts) {
    if (role === undefined) continue
    for (const part of parts) {
      const actions = allowedActions(stack.rolePolicies[role] ?? [], part)
      if (actions.length > 0) join(thing.id, part.thing.id, 'may', actions)
    }
  }
  const list = [...bonds.values()]
  const isBound = ({ id }: Thing) => list.some(({ from, to }) => from === id || to === id)
  return { things: parts.map(({ thing }) => thing).filter(isBound), bonds: list }
}

const routeId = (path: string, functionArn: string) => `${path} ${functionArn}`
const slackId = (name: string) => `slack ${name}`
const identityArn = ({ region, accountId }: StackModel, identity: string) =>
  `arn:aws:ses:${region}:${accountId}:identity/${identity}`

/** A route's method and path. */
function methodAndPath(key: string): { method: string; path: string } {
  const [method = '', path = method] = key.split(' ')
  return { method, path }
}

function partsOf(stack: StackModel): Part[] {
  const { accountId, region } = stack
  const prefix = commonPrefix(stack.functions.map(({ name }) => name))
  const short = (name: string) => (name.startsWith(prefix) && name.slice(prefix.length)) || name
  const named = (arn: string, kind: Thing['kind'], name: string, service: string): Part => {
    // Topics of alarms in another Region may have the same name.
    const elsewhere = parseArn(arn).region
    const detail = elsewhere === region ? {} : { detail: elsewhere }
    return { thing: { id: arn, kind, name: short(name), ...detail }, arns: [arn], service }
  }
  return [
    ...routes(stack),
    ...stack.functions.map(({ name, arn, aliases, roleArn }): Part => {
      const thing: Thing = { id: arn, kind: 'function', name: short(name), page: `/functions/${name}` }
      return { thing, arns: [arn, ...aliases.map((alias) => `${arn}:${alias}`)], service: 'lambda', role: roleArn }
    }),
    ...stack.stateMachines.map(({ name, arn, roleArn }): Part => {
      // Its runs are its own.
      const runs = `arn:aws:states:${region}:${accountId}:execution:${name}:any`
      const thing: Thing = { id: arn, kind: 'machine', name: short(name), page: '/runs' }
      return { thing, arns: [arn, runs], service: 'states', role: roleArn }
    }),
    ...stack.tables.map(({ name, arn }) => named(arn, 'table', name, 'dynamodb')),
    ...stack.mailIdentities.map((identity): Part => {
      const arn = identityArn(stack, identity)
      return { thing: { id: arn, kind: 'mail', name: identity, page: '/mails' }, arns: [arn], service: 'ses' }
    }),
    ...stack.topics.map(({ name, arn }) => named(arn, 'topic', name, 'sns')),
    ...stack.queues.map(({ name, arn }) => named(arn, 'queue', name, 'sqs')),
    ...stack.eventBuses.map(({ name, arn }) => named(arn, 'bus', name, 'events')),
    ...stack.eventRules.map(({ name, arn }) => named(arn, 'rule', name, 'events')),
    ...stack.apiDestinations.map(({ name, arn, url }): Part => {
      return { thing: { id: arn, kind: 'webhook', name: short(name), detail: new URL(url).host }, arns: [arn] }
    }),
    { thing: { id: 'alarms', kind: 'alarms', name: count(stack.alarms.length, 'alarm'), page: '/alarms' }, arns: [] },
    ...stack.slackChannels.map(({ name }): Part => {
      return { thing: { id: slackId(name), kind: 'slack', name: short(name), page: '/slack' }, arns: [] }
    }),
  ]
}

const count = (number: number, what: string) => `${number} ${what}${number === 1 ? '' : 's'}`

/** One for each path and its function, with all methods. */
function routes({ api }: StackModel): Part[] {
  const found = new Map<string, Thing & { detail: string }>()
  for (const { key, functionArn } of api.routes) {
    const { method, path } = methodAndPath(key)
    const id = routeId(path, functionArn)
    const known = found.get(id)
    found.set(id, { id, kind: 'route', name: path, detail: known ? `${known.detail}, ${method}` : method })
  }
  return [...found.values()].map((thing) => ({ thing, arns: [] }))
}

/** What the names of all functions begin with: the name of the stack. Empty for a single function. */
function commonPrefix([first = '', ...others]: string[]): string {
  if (others.length === 0) return ''
  let length = first.length
  for (const name of others) while (!name.startsWith(first.slice(0, length))) length -= 1
  return first.slice(0, first.lastIndexOf('-', length - 1) + 1)
}

/** What calls what, as the stack itself says it. ARNs or, where a thing has none, ids. */
function* calls(stack: StackModel): Generator<[from: string, to: string]> {
  for (const { key, functionArn } of stack.api.routes) {
    yield [routeId(methodAndPath(key).path, functionArn), functionArn]
  }
  for (const { arn, definition } of stack.stateMachines) for (const named of arnsIn(definition)) yield [arn, named]
  const buses = new Map(stack.eventBuses.map(({ name, arn }) => [name, arn]))
  for (const { arn, busName, eventPattern, targets } of stack.eventRules) {
    const bus = buses.get(busName ?? '')
    if (bus) yield [bus, arn]
    for (const named of arnsIn(eventPattern)) yield [named, arn]
    for (const target of targets) {
      yield [arn, target.arn]
      if (target.deadLettersArn) yield [arn, target.deadLettersArn]
    }
  }
  for (const { topicArn, queueArn, deadLettersArn } of stack.subscriptions) {
    yield [topicArn, queueArn]
    if (deadLettersArn) yield [topicArn, deadLettersArn]
  }
  for (const { queueArn, functionArn } of stack.eventSourceMappings) yield [queueArn, functionArn]
  for (const { streamArn, functionArn, onFailureArn } of stack.streamMappings) {
    // A stream is part of its table.
    yield [streamArn.slice(0, streamArn.indexOf('/stream/')), functionArn]
    if (onFailureArn) yield [functionArn, onFailureArn]
  }
  for (const { arn, redrive } of stack.queues) if (redrive) yield [arn, redrive.deadLetterTargetArn]
  for (const { topicArn } of stack.mailEventDestinations) {
    for (const identity of stack.mailIdentities) yield [identityArn(stack, identity), topicArn]
  }
  for (const { okActions, alarmActions, insufficientDataActions } of stack.alarms) {
    for (const topicArn of [...okActions, ...alarmActions, ...insufficientDataActions]) yield ['alarms', topicArn]
  }
  for (const { name, topicArns } of stack.slackChannels) for (const arn of topicArns) yield [arn, slackId(name)]
}

/** The ARNs in a JSON text. */
function arnsIn(json: string): string[] {
  return [...new Set(json.match(/arn:aws[^"\\]+/g))]
}

/** The actions on a thing that policies allow, and that none of them forbids without a condition. */
function allowedActions(policies: readonly string[], { arns, service }: Part): string[] {
  if (service === undefined) return []
  const grants = policies.flatMap((policy) => grantsOf(policy) ?? [])
  const isAbout = ({ resource: { allBut, patterns } }: (typeof grants)[number]) =>
    arns.some((arn) => patterns.some((pattern) => resourceMatches(pattern, arn)) !== allBut)
  const about = grants.filter(isAbout)
  const denied = about.filter(({ effect, condition }) => effect === 'Deny' && !condition)
  const actions = about
    .filter(({ effect, action }) => effect === 'Allow' && !action.allBut)
    .flatMap(({ action }) => action.patterns)
    .filter((action) => action === '*' || action.startsWith(`${service}:`))
    .filter(
      (action) => !denied.some(({ action: not }) => not.patterns.some((each) => matches(each, action)) !== not.allBut),
    )
  return [...new Set(actions)]
}
