import { parseArn } from '@confirmation-reminder/contracts/arn'
import { allows, type Verdict } from '@confirmation-reminder/iam/allows'
import type { Route, Rule, StackModel, Target } from '../core/stack-model.ts'
import { canEncrypt } from './can-encrypt.ts'
import { canInvoke } from './can-invoke.ts'
import { canPublish } from './can-publish.ts'
import type { VerdictOf } from './judgements.ts'

const eventBridge = 'events.amazonaws.com'

/** Whether the target of a rule, a function, a topic or a queue, allows EventBridge for the rule. */
export function permitsRule(
  stack: Pick<StackModel, 'permissions' | 'topics' | 'queues'>,
  rule: Rule,
  target: Target,
  verdictOf: VerdictOf = allows,
): Verdict {
  const service = eventBridge
  if (parseArn(target.arn).service === 'sqs') return permitsEvents(stack, rule.arn, target.arn, verdictOf)
  const topic = stack.topics.find(({ arn }) => arn === target.arn)
  if (!topic) return canInvoke(stack.permissions, { functionArn: target.arn, service, sourceArn: rule.arn }, verdictOf)
  const sourceAccount = parseArn(rule.arn).accountId
  return canPublish({ publisher: { service }, topic, sourceAccount, sourceArn: rule.arn }, verdictOf)
}

/** Whether a queue, the target of a rule or its dead-letter queue, and its key allow EventBridge for the rule. */
export const permitsEvents = (
  stack: Pick<StackModel, 'queues'>,
  ruleArn: string,
  queueArn: string,
  verdictOf: VerdictOf = allows,
): Verdict =>
  permitsSending(
    stack,
    { service: eventBridge, sourceArn: ruleArn, consequence: 'events of the rule' },
    queueArn,
    verdictOf,
  )

/** Whether the function of a route allows API Gateway for the route. */
export function permitsRoute(
  { api, permissions, region, accountId }: Pick<StackModel, 'api' | 'permissions' | 'region' | 'accountId'>,
  { key, functionArn }: Route,
  verdictOf: VerdictOf = allows,
): Verdict {
  // As in `POST /registrations`; `ANY` stands for every method.
  const [method = '', path = ''] = key.split(' ')
  const route = key === '$default' ? key : `${method === 'ANY' ? '*' : method}${path}`
  const sourceArn = `arn:aws:execute-api:${region}:${accountId}:${api.id}/$default/${route}`
  return canInvoke(permissions, { functionArn, service: 'apigateway.amazonaws.com', sourceArn }, verdictOf)
}

/**
 * Whether a queue, that of a subscription or of its dead letters, and its key allow SNS for the topic. A queue without a policy allows its own account alone.
 */
export const permitsSubscription = (
  stack: Pick<StackModel, 'queues'>,
  topicArn: string,
  queueArn: string,
  verdictOf: VerdictOf = allows,
): Verdict =>
  permitsSending(
    stack,
    { service: 'sns.amazonaws.com', sourceArn: topicArn, consequence: 'messages of the topic' },
    queueArn,
    verdictOf,
  )

function permitsSending(
  { queues }: Pick<StackModel, 'queues'>,
  { service, sourceArn, consequence }: { service: string; sourceArn: string; consequence: string },
  queueArn: string,
  verdictOf: VerdictOf,
): Verdict {
  const { policies = [], key } = queues.find(({ arn }) => arn === queueArn) ?? {}
  const sent = verdictOf({
    principal: { service },
    policies,
    action: 'sqs:SendMessage',
    resource: queueArn,
    conditions: { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': parseArn(sourceArn).accountId },
  })
  if (!sent.allowed || !key) return sent
  // Neither service is documented to pass the source on to KMS.
  const of = { kind: 'queue', arn: queueArn, key, service, conditions: {} } as const
  return canEncrypt({ ...of, consequence: `${consequence} do not reach the queue` }, verdictOf)
}
