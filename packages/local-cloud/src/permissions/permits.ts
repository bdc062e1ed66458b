import { parseArn } from '@confirmation-reminder/contracts/arn'
import type { Verdict } from '@confirmation-reminder/iam/allows'
import type { Route, Rule, StackModel, Target } from '../core/stack-model.ts'
import { canInvoke } from './can-invoke.ts'
import { canPublish } from './can-publish.ts'
import { verdictOf } from './verdict-of.ts'

/** Whether the target of a rule, a function or a topic, allows EventBridge for the rule. */
export function permitsRule(stack: Pick<StackModel, 'permissions' | 'topics'>, rule: Rule, target: Target): Verdict {
  const service = 'events.amazonaws.com'
  const topic = stack.topics.find(({ arn }) => arn === target.arn)
  if (!topic) return canInvoke(stack.permissions, { functionArn: target.arn, service, sourceArn: rule.arn })
  const sourceAccount = parseArn(rule.arn).accountId
  return canPublish({ publisher: { service }, topic, sourceAccount, sourceArn: rule.arn })
}

/** Whether the function of a route allows API Gateway for the route. */
export function permitsRoute(
  { api, permissions, region, accountId }: Pick<StackModel, 'api' | 'permissions' | 'region' | 'accountId'>,
  { key, functionArn }: Route,
): Verdict {
  // As in `POST /registrations`; `ANY` stands for every method.
  const [method = '', path = ''] = key.split(' ')
  const route = key === '$default' ? key : `${method === 'ANY' ? '*' : method}${path}`
  const sourceArn = `arn:aws:execute-api:${region}:${accountId}:${api.id}/$default/${route}`
  return canInvoke(permissions, { functionArn, service: 'apigateway.amazonaws.com', sourceArn })
}

/** Whether a queue, that of a subscription or of its dead letters, allows SNS for the topic. A queue without a policy allows its own account alone. */
export function permitsSubscription(
  { queues }: Pick<StackModel, 'queues'>,
  topicArn: string,
  queueArn: string,
): Verdict {
  return verdictOf({
    principal: { service: 'sns.amazonaws.com' },
    policies: queues.find(({ arn }) => arn === queueArn)?.policies ?? [],
    action: 'sqs:SendMessage',
    resource: queueArn,
    conditions: { 'aws:SourceArn': topicArn, 'aws:SourceAccount': parseArn(topicArn).accountId },
  })
}
