import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
import { ownMetrics } from '@confirmation-reminder/contracts/metrics'
import { logged } from './logged.ts'

const context = { awsRequestId: 'request-1' }
const customerId = 'd94b1f0c-6d3c-5a70-9a4e-0f1c2b3d4e5f'
const traceId = '3f0b6f6a-5a4e-4a70-9a4e-0f1c2b3d4e5f'
const token = `${customerId}.${'s3cret_-'.repeat(6)}`.slice(0, 80)

let output: string
beforeEach(() => {
  output = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    output += chunk
    return true
  })
})
afterEach(() => jest.restoreAllMocks())
const lines = () =>
  output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('an invocation writes one line when it begins and one when it ends', async () => {
  const handler = logged('reminder', async (_: object, note) => {
    note({ outcome: 'sent' })
    return 'done'
  })
  expect(await handler({ customerId, traceId }, context)).toBe('done')
  const common = { level: 'info', function: 'reminder', requestId: 'request-1', customerId, traceId }
  expect(lines()).toEqual([
    { ...common, message: 'begins' },
    { ...common, message: 'ends', outcome: 'sent', duration: expect.any(Number) },
  ])
})

test('what an invocation counts stands in its last line, in the embedded metric format, each metric once with its sum', async () => {
  const handler = logged('feedback', async (_: object, note, count) => {
    note({ outcome: 'settled' })
    count(ownMetrics.mailsRejected)
    count(ownMetrics.eventsFailed, 2)
    count(ownMetrics.mailsRejected, 3)
  })
  const before = Date.now()
  await handler({}, context)
  await handler({}, context)
  const Metrics = ['MailsRejected', 'EventsFailed'].map((Name) => ({ Name, Unit: 'Count' }))
  const last = {
    level: 'info',
    message: 'ends',
    outcome: 'settled',
    _aws: {
      Timestamp: expect.any(Number),
      CloudWatchMetrics: [{ Namespace: 'confirmation-reminder', Dimensions: [[]], Metrics }],
    },
    MailsRejected: 4,
    EventsFailed: 2,
  }
  expect(lines()).toMatchObject([{ message: 'begins' }, last, { message: 'begins' }, last])
  expect(lines()[0]).not.toHaveProperty('_aws')
  expect(lines()[1]._aws.Timestamp).toBeGreaterThanOrEqual(before)
})

test('an invocation that fails has counted all the same, and one that counts nothing has no metrics', async () => {
  const failing = logged('reminder', async (_: object, __, count) => {
    count(ownMetrics.mailsHeldBack)
    throw new NamedError(errorNames.mailRefused, 'no')
  })
  await failing({}, context).catch(() => undefined)
  expect(lines()[1]).toMatchObject({ level: 'error', error: 'MailRefused', MailsHeldBack: 1, _aws: expect.anything() })
  output = ''
  await logged('reminder', async () => {})({}, context)
  expect(output).not.toContain('_aws')
})

test('a response with a status from 500 is logged as an error', async () => {
  await logged('register', async (_: object, note) => note({ status: 503 }))({}, context)
  expect(lines().map(({ level }) => level)).toEqual(['info', 'error'])
})

test('a value under the name of an id that is not an id is not logged', async () => {
  await logged('reminder', async () => {})({ customerId: 'ada@example.com', traceId: 7 }, context)
  expect(output).not.toContain('ada')
  expect(lines()[0]).not.toHaveProperty('traceId')
})

test('an error keeps its name, and loses addresses and tokens on its way to the log, to Lambda and to the run', async () => {
  const failure = new NamedError(errorNames.mailRefused, `not verified: <ada@example.com>, ${token}`)
  const handler = logged('reminder', () => Promise.reject(failure))
  const thrown: Error = await handler({}, context).catch((error) => error)
  expect(thrown.name).toBe('MailRefused')
  expect(lines()[1]).toMatchObject({
    level: 'error',
    error: 'MailRefused',
    message: expect.stringContaining('[address]'),
  })
  for (const text of [output, thrown.message, thrown.stack]) {
    expect(text).not.toContain('ada')
    expect(text).not.toContain('s3cret')
  }
})

test('a dry run reads the payload and never reaches the handler', async () => {
  const handle = jest.fn(async () => 'done')
  const handler = logged('reminder', handle)
  expect(await handler({ dryRun: true, input: { customerId, traceId } }, context)).toEqual({ dryRun: true })
  await expect(handler({ dryRun: true, input: {} }, context)).rejects.toMatchObject({ name: 'ContractViolation' })
  expect(handle).not.toHaveBeenCalled()
})

test('a thrown value that is not an error becomes one', async () => {
  await expect(logged('confirm', () => Promise.reject('ada@example.com'))({}, context)).rejects.toThrow('[address]')
})
