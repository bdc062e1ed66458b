import {
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  DescribeStateMachineForExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  ExecutionNotRedrivable,
  GetExecutionHistoryCommand,
  InvalidArn,
  InvalidOutput,
  InvalidToken,
  ListExecutionsCommand,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  paginateListExecutions,
  RedriveExecutionCommand,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  StopExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
  ValidateStateMachineDefinitionCommand,
} from '@aws-sdk/client-sfn'
import { taskToken } from '../../core/task-token.ts'
import { gatewayFor } from '../../gateway/test/start-gateway.ts'
import { openStates, removeFolders, machineArn as stateMachineArn, throws } from './test/open-states.ts'
import { taskMachine } from './test/simulate.ts'

const definition = taskMachine({ Retry: [{ ErrorEquals: ['Sorry'], MaxAttempts: 0 }] })
let states: Awaited<ReturnType<typeof openStates>>
let gateway: Awaited<ReturnType<typeof gatewayFor>>
let client: SFNClient

beforeAll(async () => {
  states = await openStates({ definition, invoke: throws('Sorry') })
  gateway = await gatewayFor({ states: states.states })
  client = new SFNClient(gateway.client)
})
afterAll(async () => {
  client.destroy()
  await gateway.stop()
  await states.close()
  await removeFolders()
})

test("AWS's client can call every action of the service", async () => {
  const input = '{"customerId":"c"}'
  const { executionArn, startDate } = await client.send(
    new StartExecutionCommand({ stateMachineArn, name: 'one', input }),
  )
  await states.states.settled()
  const failed = await client.send(new DescribeExecutionCommand({ executionArn }))
  expect(failed).toMatchObject({ status: 'FAILED', error: 'Sorry', input, startDate, redriveStatus: 'REDRIVABLE' })
  expect(failed.stopDate).toBeInstanceOf(Date)
  expect(failed.redriveDate).toBeUndefined()

  const { redriveDate } = await client.send(new RedriveExecutionCommand({ executionArn }))
  await states.states.settled()
  expect(await client.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
    status: 'FAILED',
    redriveCount: 1,
    redriveDate,
  })
  const types: (string | undefined)[] = []
  for await (const { events = [] } of paginateGetExecutionHistory({ client, pageSize: 4 }, { executionArn })) {
    types.push(...events.map(({ type }) => type))
  }
  const attempt = ['LambdaFunctionScheduled', 'LambdaFunctionStarted', 'LambdaFunctionFailed', 'ExecutionFailed']
  expect(types).toEqual(['ExecutionStarted', 'TaskStateEntered', ...attempt, 'ExecutionRedriven', ...attempt])
  const { events } = await client.send(
    new GetExecutionHistoryCommand({ executionArn, reverseOrder: true, maxResults: 5 }),
  )
  expect(events?.at(-1)).toMatchObject({
    id: 7,
    timestamp: redriveDate,
    executionRedrivenEventDetails: { redriveCount: 1 },
  })

  const names: (string | undefined)[] = []
  await client.send(new StartExecutionCommand({ stateMachineArn, name: 'two' }))
  await states.states.settled()
  for await (const page of paginateListExecutions(
    { client, pageSize: 1 },
    { stateMachineArn, statusFilter: 'FAILED' },
  )) {
    names.push(...(page.executions ?? []).map(({ name }) => name))
  }
  expect(names).toEqual(['two', 'one'])
  const { executions } = await client.send(new ListExecutionsCommand({ stateMachineArn }))
  expect(executions?.[1]).toMatchObject({ executionArn, startDate, redriveCount: 1, redriveDate })

  const stopped = await client.send(new StopExecutionCommand({ executionArn, error: 'Late', cause: 'it had ended' }))
  expect(stopped.stopDate).toBeInstanceOf(Date)
  const { stateMachines } = await client.send(new ListStateMachinesCommand({}))
  expect(stateMachines).toMatchObject([{ stateMachineArn, name: 'reminder', type: 'STANDARD' }])
  const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn }))
  expect(machine).toMatchObject({ status: 'ACTIVE', definition: JSON.stringify(definition) })
  const began = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }))
  expect(began).toMatchObject({ stateMachineArn, definition: JSON.stringify(definition) })
  expect(began.updateDate).toBeInstanceOf(Date)
})

test("AWS's client throws the class of each error", async () => {
  const none = `${stateMachineArn.replace('stateMachine', 'execution')}:none`
  const machine = `${stateMachineArn}-2`
  const { executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name: 'three' }))
  await states.states.settled()
  await states.skip(15 * 86_400)
  const refusals: [() => Promise<unknown>, new (options: never) => Error][] = [
    [() => client.send(new StartExecutionCommand({ stateMachineArn, name: 'three' })), ExecutionAlreadyExists],
    [() => client.send(new StartExecutionCommand({ stateMachineArn: machine })), StateMachineDoesNotExist],
    [() => client.send(new StopExecutionCommand({ executionArn: none })), ExecutionDoesNotExist],
    [() => client.send(new RedriveExecutionCommand({ executionArn: none })), ExecutionDoesNotExist],
    [() => client.send(new RedriveExecutionCommand({ executionArn })), ExecutionNotRedrivable],
    [() => client.send(new DescribeExecutionCommand({ executionArn: stateMachineArn })), InvalidArn],
    [() => client.send(new SendTaskSuccessCommand({ taskToken: 'none', output: '1' })), InvalidToken],
    [() => client.send(new SendTaskFailureCommand({ taskToken: taskToken(none, 'nonce') })), TaskDoesNotExist],
    [() => client.send(new SendTaskHeartbeatCommand({ taskToken: taskToken(none, 'nonce') })), TaskDoesNotExist],
    [
      () => client.send(new SendTaskHeartbeatCommand({ taskToken: taskToken(executionArn ?? '', 'nonce') })),
      TaskTimedOut,
    ],
    [
      () => client.send(new SendTaskSuccessCommand({ taskToken: taskToken(none, 'nonce'), output: 'no JSON' })),
      InvalidOutput,
    ],
  ]
  for (const [refused, error] of refusals) await expect(refused()).rejects.toBeInstanceOf(error)
  // The client has no class for what breaks the shape of the API.
  const tooLong = new StopExecutionCommand({ executionArn, error: 'x'.repeat(257) })
  await expect(client.send(tooLong)).rejects.toMatchObject({ name: 'ValidationException' })
})

test("AWS's client validates a definition", async () => {
  const validate = async (definition: object, more = {}) => {
    const { result, diagnostics, truncated } = await client.send(
      new ValidateStateMachineDefinitionCommand({ definition: JSON.stringify(definition), ...more }),
    )
    return { result, diagnostics, truncated }
  }
  expect(await validate(definition)).toEqual({ result: 'OK', diagnostics: [], truncated: false })
  const code = 'SCHEMA_VALIDATION_FAILED'
  const required = { code, location: '/', message: 'These fields are required: [States, StartAt]', severity: 'ERROR' }
  expect(await validate({})).toEqual({ result: 'FAIL', diagnostics: [required], truncated: false })
  const unknown = { code, location: '/', message: "Field 'A' is not supported", severity: 'ERROR' }
  const answer = { result: 'FAIL', diagnostics: [unknown], truncated: true }
  expect(await validate({ A: 1, B: 1 }, { maxResults: 1 })).toEqual(answer)
  const waiting = taskMachine({
    Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
    Parameters: { FunctionName: 'f' },
  })
  expect(await validate(waiting)).toMatchObject({ result: 'OK' })
  expect(await validate(waiting, { type: 'EXPRESS' })).toMatchObject({
    diagnostics: [
      {
        code,
        location: '/States/Work/Resource',
        message: "Express state machine does not support '.waitForTaskToken' service integration ",
      },
    ],
  })
  const queue = taskMachine({ Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken' })
  expect((await validate(queue, { type: 'EXPRESS' })).diagnostics).toMatchObject([
    { code, message: expect.stringContaining("does not support '.waitForTaskToken'") },
  ])
  await expect(validate({}, { maxResults: 101 })).rejects.toThrow(
    "Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
  )
})
