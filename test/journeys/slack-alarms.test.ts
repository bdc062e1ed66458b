import { LocalCloud } from '../local-cloud.ts'
import { stackOf } from '../synthesise.ts'

let cloud: LocalCloud

beforeAll(async () => {
  cloud = await LocalCloud.start(stackOf('prod'))
  // The alarms are new: each changes to OK for the first time.
  await cloud.skip(120)
})
afterAll(() => cloud?.dispose())

const injectFault = (rule: object) =>
  cloud.control('PUT', 'faults', { seed: 1, rules: [{ rate: 1, kind: 'error', ...rule }] })
/** The alarms that went off after a number of posts, by the end of their names. */
const alarms = async (before: number) =>
  (await cloud.slack())
    .slice(before)
    .flatMap(({ title, text }) =>
      text.includes('→ ALARM') ? (/\| confirmation-reminder-(\S+) \|/.exec(title)?.[1] ?? []) : [],
    )

const register = (email: string) => cloud.register(`${email}@example.com`)

test.each<[string, string, number, object]>([
  ['api-5xx', 'SES refuses a mail', 503, { service: 'ses', action: 'SendRawEmail', error: 'Throttling' }],
  [
    'runs-Refused',
    'no run can start',
    503,
    { service: 'states', action: 'StartExecution', error: 'ThrottlingException' },
  ],
  [
    'register-Throttles',
    'Lambda throttles',
    503,
    { service: 'lambda', action: 'Invoke', error: 'TooManyRequestsException' },
  ],
  [
    'register-Errors',
    'a function dies',
    500,
    { service: 'dynamodb', action: 'PutItem', kind: 'crashCaller', when: 'beforeEffect' },
  ],
])('%s goes off when %s', async (alarm, _, status, rule) => {
  const { length } = await cloud.slack()
  await injectFault(rule)
  expect((await register(alarm)).status).toBe(status)
  await cloud.skip(60)
  expect(await alarms(length)).toContain(alarm)
})

test('mail-EventsUndelivered goes off when the queue of mail events is missing', async () => {
  const { length } = await cloud.slack()
  await injectFault({ service: 'sns', action: 'Deliver', error: 'QueueDoesNotExist' })
  expect((await register('undelivered')).status).toBe(202)
  await cloud.skip(60)
  await cloud.skip(60)
  expect(await alarms(length)).toEqual(['mail-EventsUndelivered'])
})

test('mail-BounceRate and mail-ComplaintRate go off where mails bounce and people complain', async () => {
  const { length } = await cloud.slack()
  await cloud.control('PUT', 'faults', [])
  for (const fate of ['bounce', 'complaint']) {
    expect((await cloud.register(`${fate}@simulator.amazonses.com`)).status).toBe(202)
  }
  await cloud.skip(60)
  expect((await alarms(length)).sort()).toEqual(['mail-BounceRate', 'mail-ComplaintRate'])
})
