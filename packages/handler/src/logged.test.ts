import { errorNames, NamedError } from '@confirmation-reminder/contracts/errors'
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
