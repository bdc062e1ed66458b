import { destinationOf } from './local-link.ts'

const runbookUrl = 'https://github.com/example/confirmation-reminder/blob/main/docs/runbook.md'
const aws = 'https://eu-west-1.console.aws.amazon.com'
const states = `${aws}/states/home?region=eu-west-1#`
const arn = 'arn:aws:states:eu-west-1:000000000000'
const name = 'd94b1f0c-6d3c-5a70-9a4e-0f1c2b3d4e5f_3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f'

test.each<[string, string, Record<string, string>?]>([
  [`${runbookUrl}#executionsfailed`, '/runbook/executionsfailed'],
  [runbookUrl, '/runbook'],
  [`${states}/v2/executions/details/${arn}:execution:confirmation-reminder:${name}`, `/runs/${name}`],
  [
    `${states}/statemachines/view/${arn}:stateMachine:confirmation-reminder?statusFilter=TIMED_OUT`,
    '/runs',
    { status: 'TIMED_OUT' },
  ],
  [
    `${aws}/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/$252Faws$252Flambda$252Fconfirmation-reminder-dev-reminder`,
    '/functions/confirmation-reminder-dev-reminder',
  ],
  [`${aws}/ses/home?region=eu-west-1#/reputation`, '/mails'],
])('%s is %s here', (url, path, query = undefined) => {
  expect(destinationOf(url)).toEqual({ kind: 'page', path, ...(query && { query }) })
})

test.each([
  `${aws}/servicequotas/home/services/lambda/quotas`,
  `${aws}/sqs/v3/home?region=eu-west-1#/queues`,
  `${states}/v2/executions/details/../../x`,
  'https://us-east-2.console.aws.amazon.com/chatbot/home#/chat-clients',
])('%s leads nowhere on this machine', (url) => {
  expect(destinationOf(url)).toMatchObject({ kind: 'nowhere' })
})

test.each([
  'https://example.com/',
  'https://console.aws.amazon.com.example.com/states/home',
  `${runbookUrl}.example.com`,
  'https://wiki.example.com/on-call#executionsfailed',
])('%s is a page of the web', (url) => {
  expect(destinationOf(url)).toEqual({ kind: 'web', url })
})
