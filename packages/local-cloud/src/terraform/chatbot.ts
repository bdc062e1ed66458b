import type { ResourceTypes } from './resource-type.ts'

export const chatbot: ResourceTypes = {
  aws_chatbot_slack_channel_configuration: {
    computed: (channel, { accountId }) => ({
      chat_configuration_arn: `arn:aws:chatbot::${accountId}:chat-configuration/slack-channel/${channel.text('configuration_name')}`,
      slack_channel_name: channel.text('slack_channel_id'),
      slack_team_name: channel.text('slack_team_id'),
    }),
    takes: ['configuration_name', 'slack_channel_id', 'slack_team_id', 'sns_topic_arns'],
    // What people may do from the channel, and the log of that.
    withoutEffect: ['guardrail_policy_arns', 'iam_role_arn', 'logging_level', 'user_authorization_required'],
    add: (channel, model) => {
      model.slackChannels.push({
        name: channel.text('configuration_name'),
        slackChannelId: channel.text('slack_channel_id'),
        topicArns: channel.texts('sns_topic_arns'),
      })
    },
  },
}
