import { randomInt } from 'node:crypto'
import { lastPart, parseArn } from '@confirmation-reminder/contracts/arn'
import { type Judgement, type Policies, sessionArn, type Verdict } from '@confirmation-reminder/iam/allows'
import { checkPolicy } from '@confirmation-reminder/iam/supported'
import { AwsError } from '../core/aws-error.ts'
import type { Clock } from '../core/clock.ts'
import type { Acceptance, Publisher } from '../core/publisher.ts'
import type { Route, Rule, StackModel, Target } from '../core/stack-model.ts'
import { policiesOf } from './can-encrypt.ts'
import { canPublish, defaultTopicPolicy } from './can-publish.ts'
import { Judgements, stackKeys, type VerdictOf } from './judgements.ts'
import type { Need } from './need.ts'
import { conditionKeys, needsOf } from './needs.ts'
import { permitsEvents, permitsRoute, permitsRule, permitsSubscription } from './permits.ts'
import { refusal } from './refusal.ts'
import type { RecordUse } from './usage.ts'
import { grants, type Withheld, without } from './without.ts'

/** A role that a service of AWS has assumed, and acts in. */
export interface Session {
  /** The ARN of the role. */
  role: string
  /** The name of the session: Lambda's is the function's. Without one it is random, as Step Functions'. */
  name?: string
}

/** A call of an AWS action. */
export interface Call {
  service: string
  action: string
  input: object
  /** The Region whose endpoint is called; left out, that of the stack. */
  region?: string
}

// ARNs of runs are many.
const mostReported = 2_000

const allowed = { allowed: true } as const

/**
 * Who may do what, by the policies of the stack: the one place that judges. A caller with other credentials than those of
 * the stack's roles is the developer, who may do everything.
 * - `enforced`: false if every call is allowed.
 * - `used`: receives each statement of a role's policy that allows something.
 */
export class Permissions {
  private readonly judgements: Judgements
  private readonly verdictOf: VerdictOf
  private clock: Pick<Clock, 'now'> = { now: Date.now }
  private missing: readonly Withheld[] = []
  private readonly reported = new Set<string>()

  /** @throws Error that names the part of a policy that AWS would refuse or that is not supported */
  constructor(
    private readonly stack: StackModel,
    private readonly settings: { enforced?: boolean; used?: RecordUse; log?: (line: string) => void } = {},
  ) {
    for (const [role, policies] of Object.entries(stack.rolePolicies)) check(role, 'identity', policies)
    const { topics, queues, permissions } = stack
    for (const { arn, policies } of [...topics, ...queues]) check(arn, 'resource', policies)
    for (const { key } of [...topics, ...queues]) check(`key ${key?.name}`, 'resource', key?.policies ?? [])
    for (const { functionArn, policy } of permissions) check(functionArn, 'resource', [policy])
    this.judgements = new Judgements(stack, () => this.clock.now())
    this.judgements.start(this.allPolicies())
    this.verdictOf = ({ policies, called, ...asked }) =>
      this.judgements.of(asked, () => ({ policies, ...(called !== undefined && { called }) })).verdict
  }

  private allPolicies(): string[] {
    const { rolePolicies, topics, queues, permissions } = this.stack
    return [
      ...Object.values(rolePolicies).flat(),
      ...[...topics, ...queues].flatMap(({ policies, key }) => [...policies, ...(key?.policies ?? [])]),
      ...permissions.map(({ policy }) => policy),
    ]
  }

  /**
   * Judges what is sent to a queue by these policies until the next start.
   * @throws Error that names the part of them that AWS would refuse or that is not supported
   */
  setQueuePolicies(queueArn: string, policies: readonly string[]): void {
    check(queueArn, 'resource', policies)
    const queue = this.stack.queues.find(({ arn }) => arn === queueArn)
    if (queue) queue.policies = [...policies]
    this.judgements.start(this.allPolicies())
  }

  /** Judges conditions on the time by this clock from now on. */
  follow(clock: Pick<Clock, 'now'>): void {
    this.clock = clock
  }

  /** @throws AwsError as AWS words it, if the role may not do what the call asks for */
  check(session: Session, { service, action, input, region = this.stack.region }: Call): void {
    if (!this.enforced) return
    for (const need of needsOf(service, action, input, { ...this.stack, region })) {
      const { verdict, by, refusedBy } = this.judge(session, need, region)
      if (verdict.allowed) continue
      const [denial] = by
      const policyArn = denial?.of === 'identity' ? this.stack.policyArns[session.role]?.[denial.policy] : undefined
      const user = userOf(session)
      const error = refusal(service, { need, user, refusedBy, byDeny: denial !== undefined, policyArn })
      const key = `${session.role} ${need.action} ${need.resource}`
      if (!this.reported.has(key)) this.settings.log?.(`IAM refuses a call of ${service}. ${error.message}`)
      if (this.reported.size === mostReported) this.reported.clear()
      this.reported.add(key)
      throw error
    }
  }

  /** The actions that are taken out of policies. */
  withheld(): readonly Withheld[] {
    return this.missing
  }

  /**
   * Takes actions out of the policies of roles until the next start, in place of those that were taken out before: to see
   * what a missing grant does.
   * @throws Error with one sentence, if a role does not exist or grants no such action, or if Lambda would not poll a queue
   */
  withhold(missing: readonly Withheld[]): void {
    for (const { role, action, ...place } of missing) {
      const policies = this.stack.rolePolicies[this.roleNamed(role)]
      if (!policies) throw new Error(`The stack has no role ${role}.`)
      if (!grants(policies, { action, ...place })) throw new Error(`The policies of ${role} do not name ${action}.`)
    }
    const before = this.missing
    this.replace(missing)
    try {
      this.checkPollers()
    } catch (error) {
      this.replace(before)
      throw error
    }
  }

  private replace(missing: readonly Withheld[]): void {
    this.missing = missing
    this.judgements.start(this.allPolicies())
    this.reported.clear()
  }

  /** The ARN of a role of the stack; empty if it has none of that name. */
  roleNamed(name: string): string {
    return roleNamed(this.stack, name) ?? ''
  }

  /** Whether Lambda can write to a log group in the role of a function. If not, the log of the local cloud says why. */
  mayWriteLogs(session: Session, logGroupName: string): boolean {
    try {
      for (const action of ['CreateLogStream', 'PutLogEvents']) {
        this.check(session, { service: 'logs', action, input: { logGroupName } })
      }
      return true
    } catch (error) {
      if (error instanceof AwsError) return false
      throw error
    }
  }

  /** @throws Error with one sentence, if Lambda would refuse to poll a queue or a stream in the role of the function that it invokes */
  checkPollers(): void {
    this.checkStreamPollers()
    for (const { name, queueArn, functionArn } of this.stack.eventSourceMappings) {
      const role = this.roleOf(functionArn)
      for (const action of ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes']) {
        if (this.may(role, { action: `sqs:${action}`, resource: queueArn })) continue
        const fault = `The function execution role does not have permissions to call ${action} on SQS`
        throw new Error(`${name} would be refused by Lambda. ${fault}: ${role} on ${queueArn}.`)
      }
      for (const need of needsOf('sqs', 'ReceiveMessage', { QueueUrl: lastPart(queueArn) }, this.stack)) {
        if (this.may(role, need)) continue
        throw new Error(`${name} would receive nothing: ${role} may not do ${need.action} on ${need.resource}.`)
      }
    }
  }

  private checkStreamPollers(): void {
    for (const { name, streamArn, functionArn, onFailureArn } of this.stack.streamMappings) {
      const role = this.roleOf(functionArn)
      const reading = [
        ...['GetRecords', 'GetShardIterator', 'DescribeStream'].map((action) => ({ action, resource: streamArn })),
        { action: 'ListStreams', resource: `${streamArn.slice(0, streamArn.lastIndexOf('/') + 1)}*` },
      ]
      for (const { action, resource } of reading) {
        if (this.may(role, { action: `dynamodb:${action}`, resource })) continue
        const fault = `Cannot access stream ${streamArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM`
        throw new Error(`${name} would be refused by Lambda. ${fault}: ${role} lacks ${action}.`)
      }
      if (onFailureArn === undefined) continue
      const isTopic = parseArn(onFailureArn).service === 'sns'
      const sending = isTopic
        ? needsOf('sns', 'Publish', { TopicArn: onFailureArn }, this.stack)
        : needsOf('sqs', 'SendMessage', { QueueUrl: lastPart(onFailureArn) }, this.stack)
      for (const need of sending) {
        if (this.may(role, need)) continue
        const fault = `The function execution role does not have permissions to call ${isTopic ? 'Publish on SNS' : 'SendMessage on SQS'}`
        throw new Error(
          `${name} would be refused by Lambda. ${fault}: ${role} lacks ${need.action} on ${need.resource}.`,
        )
      }
    }
  }

  /** The role of the function that an ARN names; empty if there is none. */
  private roleOf(functionArn: string): string {
    const named = this.stack.functions.find(({ arn }) => functionArn === arn || functionArn.startsWith(`${arn}:`))
    return named?.roleArn ?? ''
  }

  /** Whether SNS would accept a message of a service. See `canPublish`. */
  canPublish(publisher: Publisher, topicArn: string): Acceptance {
    const topic = this.stack.topics.find(({ arn }) => arn === topicArn)
    return this.enforced && topic ? canPublish({ ...publisher, topic }, this.verdictOf) : allowed
  }

  /** Whether the target of a rule allows EventBridge for the rule; of an API destination, whether the role of the target does. */
  permitsRule(rule: Rule, target: Target): Verdict {
    if (!this.enforced) return allowed
    const { roleArn, arn } = target
    if (roleArn === undefined) return permitsRule(this.stack, rule, target, this.verdictOf)
    return this.judge({ role: roleArn }, { action: 'events:InvokeApiDestination', resource: arn }).verdict
  }

  /** Whether the dead-letter queue of a target allows EventBridge for the rule. */
  permitsEvents(ruleArn: string, queueArn: string): Verdict {
    return this.enforced ? permitsEvents(this.stack, ruleArn, queueArn, this.verdictOf) : allowed
  }

  /** Whether the function of a route allows API Gateway for the route. */
  permitsRoute(route: Route): Verdict {
    return this.enforced ? permitsRoute(this.stack, route, this.verdictOf) : allowed
  }

  /** Whether a queue allows SNS for the topic. */
  permitsSubscription(topicArn: string, queueArn: string): Verdict {
    return this.enforced ? permitsSubscription(this.stack, topicArn, queueArn, this.verdictOf) : allowed
  }

  private may(role: string, need: Need): boolean {
    return !this.enforced || this.judge({ role }, need).verdict.allowed
  }

  private get enforced(): boolean {
    return this.settings.enforced ?? true
  }

  private judge({ role, name: session }: Session, need: Need, region = this.stack.region): Judgement {
    const { action, resource } = need
    const conditions = { 'aws:RequestedRegion': region, ...need.conditions }
    const principal = { role, ...(session !== undefined && { session }) }
    const asked = { principal, action, resource, conditions }
    let isNew = false
    const judgement = this.judgements.of(asked, (): Policies => {
      isNew = true
      const missing = this.missing.filter((one) => this.roleNamed(one.role) === role)
      const identityPolicies = without(this.stack.rolePolicies[role] ?? [], missing)
      return { policies: this.policiesOf(resource), identityPolicies }
    })
    if (isNew && judgement.verdict.allowed) {
      for (const { of, policy, statement } of judgement.by) {
        if (of === 'identity') this.settings.used?.({ role, policy, statement, action })
      }
    }
    return judgement
  }

  /** The policies of a resource, as JSON; with AWS's defaults. */
  private policiesOf(resource: string): string[] {
    const { topics, queues, permissions } = this.stack
    const orDefault = (policies: readonly string[], standard: string) =>
      policies.length > 0 ? [...policies] : [standard]
    switch (parseArn(resource).service) {
      case 'sns': {
        const topic = topics.find(({ arn }) => arn === resource)
        return topic ? orDefault(topic.policies, defaultTopicPolicy(topic.arn)) : []
      }
      case 'sqs':
        return queues.find(({ arn }) => arn === resource)?.policies ?? []
      case 'lambda':
        return permissions.filter(({ functionArn }) => functionArn === resource).map(({ policy }) => policy)
      case 'kms': {
        const key = [...topics, ...queues].map(({ key }) => key).find((one) => one?.arn === resource)
        return key ? policiesOf(key, resource) : []
      }
      default:
        return []
    }
  }
}

function check(owner: string, of: 'identity' | 'resource', policies: readonly string[]): void {
  for (const policy of policies) {
    try {
      checkPolicy(policy, { of, keys: [...conditionKeys, ...stackKeys] })
    } catch (error) {
      throw new Error(`The local cloud cannot enforce a policy of ${owner}: ${(error as Error).message}`)
    }
  }
}

/** The ARN of a role of the stack, whose path is in it. */
export const roleNamed = ({ rolePolicies }: Pick<StackModel, 'rolePolicies'>, name: string): string | undefined =>
  Object.keys(rolePolicies).find((arn) => arn.slice(arn.lastIndexOf('/') + 1) === name)

/** The ARN of the caller. */
const userOf = ({ role, name = randomName() }: Session): string => sessionArn(role, name)

/** As Step Functions draws them: 32 letters. */
const randomName = () => Array.from({ length: 32 }, () => letters[randomInt(letters.length)]).join('')
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
