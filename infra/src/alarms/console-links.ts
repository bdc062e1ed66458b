/** How a run stands, as the console of Step Functions filters by. */
export type RunStatus = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

export type ConsoleLinks = ReturnType<typeof consoleLinks>

/** Links to pages of the AWS console, in Slack's markdown. */
export function consoleLinks(region: string, stateMachineArn: string) {
  const link = (label: string, path: string) => `<https://${region}.console.aws.amazon.com/${path}|${label}>`
  const logs = `cloudwatch/home?region=${region}#logsV2:log-groups/log-group/`
  return {
    runs: (status: RunStatus) =>
      link(
        `Runs: ${status}`,
        `states/home?region=${region}#/statemachines/view/${stateMachineArn}?statusFilter=${status}`,
      ),
    functionLog: (functionName: string) => link('Log', `${logs}$252Faws$252Flambda$252F${functionName}`),
    apiLog: (apiName: string) => link('Access log', `${logs}$252Faws$252Fvendedlogs$252Fapigateway$252F${apiName}`),
    mailReputation: () => link('Reputation', `ses/home?region=${region}#/reputation`),
    topics: () => link('Topics', `sns/v3/home?region=${region}#/topics`),
    queues: () => link('Queues', `sqs/v3/home?region=${region}#/queues`),
    quotas: (service: 'lambda' | 'states') => link('Quotas', `servicequotas/home/services/${service}/quotas`),
    slackChannels: () => '<https://us-east-2.console.aws.amazon.com/chatbot/home#/chat-clients|Slack channels>',
  }
}
