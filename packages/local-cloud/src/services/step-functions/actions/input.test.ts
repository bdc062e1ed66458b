import { machineArn, openStates, removeFolders } from '../test/open-states.ts'

const waiting = { StartAt: 'Wait', States: { Wait: { Type: 'Wait', Seconds: 60, End: true } } }
const executionArn = `${machineArn.replace('stateMachine', 'execution')}:one`
const stateMachineArn = machineArn
const letters = (count: number) => 'x'.repeat(count)
let states: Awaited<ReturnType<typeof openStates>>

beforeAll(async () => {
  states = await openStates({ definition: waiting })
  await states.start('one')
})
afterAll(async () => {
  await states.close()
  await removeFolders()
})

const isNull = (member: string) => `Value null at '${member}' failed to satisfy constraint: Member must not be null`
const runs = ['DescribeExecution', 'GetExecutionHistory', 'StopExecution', 'RedriveExecution'] as const

test.each<[string, object, string]>([
  ...runs.map((action): [string, object, string] => [action, {}, isNull('executionArn')]),
  ['DescribeStateMachineForExecution', { executionArn: null }, isNull('executionArn')],
  ['StartExecution', {}, isNull('stateMachineArn')],
  ['DescribeStateMachine', {}, isNull('stateMachineArn')],
  ['ListExecutions', { stateMachineArn: null }, isNull('stateMachineArn')],
  [
    'ListExecutions',
    { stateMachineArn, maxResults: 1001 },
    "Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
  ],
  [
    'ListExecutions',
    { stateMachineArn, statusFilter: 'running' },
    "Value 'running' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
  ],
  [
    'ListExecutions',
    { stateMachineArn, statusFilter: 'PENDING_REDRIVE' },
    'The status filter PENDING_REDRIVE is for Map Runs, by mapRunArn, and not for state machines',
  ],
  [
    'StartExecution',
    { stateMachineArn, name: letters(81) },
    `Value '${letters(81)}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80`,
  ],
  [
    'StartExecution',
    { stateMachineArn, input: JSON.stringify(letters(262_143)) },
    "Value at 'input' failed to satisfy constraint: Member must have size less than or equal to 262144 bytes in UTF-8 encoding",
  ],
  [
    'StopExecution',
    { executionArn, error: letters(257) },
    "Value at 'error' failed to satisfy constraint: Member must have length less than or equal to 256",
  ],
  [
    'StopExecution',
    { executionArn, cause: letters(32_769) },
    "Value at 'cause' failed to satisfy constraint: Member must have length less than or equal to 32768",
  ],
  [
    'RedriveExecution',
    { executionArn, clientToken: 'a b' },
    "Value 'a b' at 'clientToken' failed to satisfy constraint: Member must satisfy regular expression pattern: [!-~]+",
  ],
  [
    'RedriveExecution',
    { executionArn, clientToken: letters(65) },
    `Value '${letters(65)}' at 'clientToken' failed to satisfy constraint: Member must have length less than or equal to 64`,
  ],
  [
    'StartExecution',
    { stateMachineArn, traceHeader: letters(257) },
    `Value '${letters(257)}' at 'traceHeader' failed to satisfy constraint: Member must have length less than or equal to 256`,
  ],
  [
    'StartExecution',
    { stateMachineArn, traceHeader: 'Root=ü' },
    "Value 'Root=ü' at 'traceHeader' failed to satisfy constraint: Member must satisfy regular expression pattern: \\p{ASCII}*",
  ],
])('%s refuses invalid input in the words of AWS (%#)', async (action, input, fault) => {
  await expect(states.call(action, input)).rejects.toMatchObject({
    code: 'ValidationException',
    message: `1 validation error detected: ${fault}`,
  })
})

test.each([
  ...[...runs, 'DescribeStateMachineForExecution'].flatMap((action): [string, string, string, string][] => [
    [action, 'executionArn', 'none', 'Invalid ARN prefix: none'],
    [action, 'executionArn', machineArn, 'Resource type not valid in this context: stateMachine'],
    [action, 'executionArn', `${executionArn}:`, `Invalid ARN: ${executionArn}:`],
  ]),
  ...['StartExecution', 'DescribeStateMachine', 'ListExecutions'].flatMap(
    (action): [string, string, string, string][] => [
      [action, 'stateMachineArn', 'none', 'Invalid ARN prefix: none'],
      [action, 'stateMachineArn', executionArn, 'Resource type not valid in this context: execution'],
      [action, 'stateMachineArn', 'arn:aws:iam::1:role/r', 'Invalid ARN: arn:aws:iam::1:role/r'],
    ],
  ),
])('%s refuses the %s %s', async (action, member, arn, fault) => {
  await expect(states.call(action, { [member]: arn })).rejects.toMatchObject({
    code: 'InvalidArn',
    message: `Invalid Arn: '${fault}'`,
  })
})

test.each<[string, object, number]>([
  ['ListStateMachines', {}, 1024],
  ['GetExecutionHistory', { executionArn }, 1024],
  ['ListExecutions', { stateMachineArn }, 3096],
])('%s refuses a nextToken that is too long as a shape, and others as a token', async (action, input, longest) => {
  const long = letters(longest + 1)
  await expect(states.call(action, { ...input, nextToken: long })).rejects.toMatchObject({
    code: 'ValidationException',
    message: `1 validation error detected: Value '${long}' at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to ${longest}`,
  })
  await expect(states.call(action, { ...input, nextToken: '' })).rejects.toMatchObject({ code: 'ValidationException' })
  await expect(states.call(action, { ...input, nextToken: letters(longest) })).rejects.toMatchObject({
    code: 'InvalidToken',
  })
})

test('an ARN of another kind is an InvalidArn, and a name or an input of another type has its own error', async () => {
  await expect(states.call('DescribeExecution', { executionArn: machineArn })).rejects.toMatchObject({
    code: 'InvalidArn',
    message: "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
  })
  await expect(states.call('StartExecution', { stateMachineArn, name: 5 })).rejects.toMatchObject({
    code: 'InvalidName',
    message: "Invalid Name: '5'",
  })
  await expect(states.call('StartExecution', { stateMachineArn, input: {} })).rejects.toMatchObject({
    code: 'InvalidExecutionInput',
    message: 'The input must be a string of JSON text.',
  })
})

test.each([
  [
    'not some json',
    "Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')",
  ],
  ["{'not': 'json'}", "Unexpected character (''' (code 39)): was expecting double-quote to start field name"],
  ['', 'Invalid execution input.'],
])('the input %j is refused in the words of AWS', async (input, fault) => {
  await expect(states.call('StartExecution', { stateMachineArn, input })).rejects.toMatchObject({
    code: 'InvalidExecutionInput',
    message: `Invalid State Machine Execution Input: '${fault}'`,
  })
})

test.each(['null', ' true', '0', '"text"', '{ }', ' [] '])('the input %j is JSON', async (input) => {
  await states.call('StartExecution', { stateMachineArn, name: `json-${Buffer.from(input).toString('hex')}`, input })
})

test('an optional member that is null is absent', async () => {
  const input = { stateMachineArn, statusFilter: null, redriveFilter: null, maxResults: null, nextToken: null }
  expect((await states.call('ListExecutions', input)).executions).toHaveLength(7)
})
