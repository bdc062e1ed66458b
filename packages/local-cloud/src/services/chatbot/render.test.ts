import fc from 'fast-check'
import { render } from './render.ts'

const account = '000000000000'
const alarm = {
  AlarmName: 'confirmation-reminder-dev-ExecutionsFailed',
  AlarmDescription: '*Customers get no reminder.* <https://example.com/runbook|Runbook>',
  AWSAccountId: account,
  NewStateValue: 'ALARM',
  NewStateReason:
    'Threshold Crossed: 1 datapoint [1.0 (29/07/26 10:00:00)] was greater than or equal to the threshold (1.0).',
  StateChangeTime: '2026-07-29T10:01:10.123+0000',
  Region: 'EU (Frankfurt)',
  AlarmArn: `arn:aws:cloudwatch:eu-central-1:${account}:alarm:confirmation-reminder-dev-ExecutionsFailed`,
  OldStateValue: 'OK',
  Trigger: {
    MetricName: 'ExecutionsFailed',
    Namespace: 'AWS/States',
    Dimensions: [{ value: 'arn:machine', name: 'StateMachineArn' }],
    Period: 60,
  },
}
const custom = {
  version: '1.0',
  source: 'custom',
  content: {
    textType: 'client-markdown',
    title: ':x: A run failed',
    description: '*MailRefused* in TriggerNotification',
    nextSteps: ['Read the history', 'Redrive'],
    keywords: ['dev', 'MailRefused'],
  },
  metadata: { threadId: 'dev-MailRefused', additionalContext: { count: '1' } },
}
const event = {
  version: '0',
  id: '315c1398-40ff-a850-213b-158f73e60175',
  'detail-type': 'Step Functions Execution Status Change',
  source: 'aws.states',
  account,
  time: '2026-07-29T10:00:00Z',
  region: 'eu-central-1',
  resources: [`arn:aws:states:eu-central-1:${account}:execution:confirmation-reminder:one`],
  detail: { status: 'FAILED' },
}
const rendered = (message: unknown) => render(JSON.stringify(message))

test('an alarm has its name, region and account in the title, and what it means, why and when below', () => {
  expect(rendered(alarm)).toEqual({
    kind: 'alarm',
    title: `:rotating_light: CloudWatch Alarm | ${alarm.AlarmName} | eu-central-1 | Account: ${account}`,
    text: [
      alarm.AlarmDescription,
      '',
      '*State*: OK → ALARM',
      `*Reason*: ${alarm.NewStateReason}`,
      '*Metric*: AWS/States ExecutionsFailed',
      '*Dimensions*: StateMachineArn: arn:machine',
      `*Changed at*: ${alarm.StateChangeTime}`,
    ].join('\n'),
  })
})

test('an alarm without a description and without its ARN is posted too', () => {
  const { AlarmArn: _, ...withoutArn } = alarm
  const { title, text } = rendered({ ...withoutArn, AlarmDescription: null, NewStateValue: 'OK' })
  expect(title).toBe(`:white_check_mark: CloudWatch Alarm | ${alarm.AlarmName} | EU (Frankfurt) | Account: ${account}`)
  expect(text).toMatch(/^\*State\*/)
})

test('a custom notification has its title, its text, its next steps and its thread', () => {
  expect(rendered(custom)).toEqual({
    kind: 'custom',
    title: ':x: A run failed',
    text: '*MailRefused* in TriggerNotification\n\n*Next steps*\n• Read the history\n• Redrive\n\n*Keywords*: dev, MailRefused',
    thread: 'dev-MailRefused',
  })
  expect(rendered({ version: '1.0', source: 'custom', content: { description: 'so' } })).toEqual({
    kind: 'custom',
    title: 'Custom notification',
    text: 'so',
  })
})

const content = (more: object) => ({ ...custom, content: { ...custom.content, ...more } })
test.each<[string, object]>([
  ['version must be "1.0", not "1"', { ...custom, version: '1' }],
  ['version must be "1.0", not 1', { ...custom, version: 1 }],
  ['content is missing', { version: '1.0', source: 'custom' }],
  ['content.description is missing', content({ description: undefined })],
  ['content.description is empty', content({ description: '' })],
  ['content.description is longer than 3000 characters', content({ description: 'x'.repeat(3001) })],
  ['content.title is longer than 250 characters', content({ title: 'x'.repeat(251) })],
  ['content.textType must be "client-markdown", not "markdown"', content({ textType: 'markdown' })],
  ['content.nextSteps must be Array, not "Redrive"', content({ nextSteps: 'Redrive' })],
  ['content.nextSteps.1 must be string, not 1', content({ nextSteps: ['Read', 1] })],
  ['content.keywords.0 is empty', content({ keywords: [''] })],
  [
    'metadata.additionalContext.count must be string, not 1',
    { ...custom, metadata: { additionalContext: { count: 1 } } },
  ],
  ['metadata.threadId is empty', { ...custom, metadata: { threadId: '' } }],
  ['content.colour is not part of it', content({ colour: 'red' })],
  ['text is not part of it', { ...custom, text: 'x' }],
])('a custom notification is dropped with the reason: %s', (reason, message) => {
  expect(rendered(message)).toEqual({
    kind: 'unsupported',
    title: '',
    text: '',
    dropped: `The custom notification breaks the schema: ${reason}.`,
  })
})

test('an event of an AWS service is posted only if it is unchanged', () => {
  expect(rendered(event)).toMatchObject({
    kind: 'event',
    title: `Step Functions Execution Status Change | eu-central-1 | Account: ${account}`,
  })
  for (const field of Object.keys(event)) {
    expect(rendered({ ...event, [field]: undefined }).kind).toBe('unsupported')
  }
  expect(rendered({ ...event, source: 'shop.orders' }).dropped).toMatch(/untransformed event of an AWS service/)
})

test('any other message is dropped with a reason, and never breaks Chatbot', () => {
  expect(render('A run failed').dropped).toBe('The message is not a JSON object.')
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (message) => {
      expect(render(message)).toMatchObject({ kind: 'unsupported', dropped: expect.stringMatching(/\.$/) })
    }),
  )
})
