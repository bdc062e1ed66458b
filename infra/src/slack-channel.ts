import { ChatbotSlackChannelConfiguration } from '@cdktf/provider-aws/lib/chatbot-slack-channel-configuration/index.js'
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy/index.js'
import { Construct } from 'constructs'
import { onlyFor, policy, type Statement } from './policy.ts'
import { Role } from './role.ts'
import type { Settings } from './settings.ts'

interface SlackChannelProps {
  name: string
  accountId: string
  region: string
  slack: Settings['slack']
  topicArns: string[]
}

/** The Slack channel that receives the messages of the topics through Chatbot (Amazon Q Developer in chat applications). */
export class SlackChannel extends Construct {
  constructor(scope: Construct, id: string, { name, accountId, region, slack, topicArns }: SlackChannelProps) {
    super(scope, id)
    const role = new Role(this, 'role', { name, service: 'chatbot.amazonaws.com', condition: onlyFor(accountId) })
    role.may(look)
    // The upper bound of what anyone in the channel can do. Left out, it would be AdministratorAccess.
    const guardrail = new IamPolicy(this, 'guardrail', { name, policy: policy([look]) })
    new ChatbotSlackChannelConfiguration(this, 'channel', {
      configurationName: name,
      slackTeamId: slack.workspaceId,
      slackChannelId: slack.channelId,
      snsTopicArns: topicArns,
      iamRoleArn: role.arn,
      guardrailPolicyArns: [guardrail.arn],
      loggingLevel: 'ERROR',
      // Chatbot serves topics of every Region, but its own API answers in these only.
      region: chatbotRegions.includes(region) ? region : 'us-east-2',
    })
  }
}

const chatbotRegions = ['ap-southeast-1', 'eu-west-1', 'us-east-2', 'us-west-2']

/** What Chatbot reads to draw an alarm. CloudWatch's metrics have no ARNs. */
const look: Statement = {
  Action: [
    'cloudwatch:DescribeAlarms',
    'cloudwatch:DescribeAlarmHistory',
    'cloudwatch:GetMetricData',
    'cloudwatch:GetMetricStatistics',
    'cloudwatch:GetMetricWidgetImage',
    'cloudwatch:ListMetrics',
  ],
  Resource: ['*'],
}
