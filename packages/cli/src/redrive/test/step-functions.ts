import {
  type DescribeExecutionCommandInput,
  ExecutionNotRedrivable,
  type ExecutionStatus,
  type ListExecutionsCommandInput,
  type RedriveExecutionCommandInput,
  SFNClient,
} from '@aws-sdk/client-sfn'

export const stateMachineArn = 'arn:aws:states:eu-west-1:111122223333:stateMachine:confirmation-reminder'

/** A run, as far as this command sees it. */
export interface FakeRun {
  executionArn: string
  status: ExecutionStatus
  stopDate: Date
  error?: string
  redriveCount: number
  redriveStatus: 'REDRIVABLE' | 'NOT_REDRIVABLE'
  redriveStatusReason?: string
}

export function failedRun(changes: Partial<FakeRun> = {}): FakeRun {
  return {
    executionArn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:one`,
    status: 'FAILED',
    stopDate: new Date('2026-11-27T06:00:00Z'),
    error: 'MailRefused',
    redriveCount: 0,
    redriveStatus: 'REDRIVABLE',
    ...changes,
  }
}

/**
 * Step Functions with these runs. Redriving is idempotent for a client token, and refused while a run is open.
 * @param stage whose functions the state machine invokes
 * @param beforeCall what a call waits for before it takes effect
 * @param onRedrive what becomes of a run that was redriven
 */
export function stepFunctions(
  runs: FakeRun[],
  {
    stage = 'prod',
    pageSize = 1000,
    beforeCall = async () => {},
    onRedrive = (run: FakeRun) => {
      run.status = 'RUNNING'
    },
  } = {},
) {
  const tokens = new Set<string>()
  const actions: Record<string, (input: never) => unknown> = {
    ListStateMachines: () => ({ stateMachines: [{ name: 'confirmation-reminder', stateMachineArn }] }),
    DescribeStateMachine: () => ({
      definition: `{"Resource":"x:function:confirmation-reminder-${stage}-reminder:live"}`,
    }),
    ListExecutions: ({ statusFilter, nextToken = '0' }: ListExecutionsCommandInput) => {
      const found = runs.filter(({ status }) => status === statusFilter)
      const end = Number(nextToken) + pageSize
      const executions = found.slice(Number(nextToken), end).map((run) => ({ ...run }))
      return { executions, ...(end < found.length && { nextToken: String(end) }) }
    },
    DescribeExecution: ({ executionArn }: DescribeExecutionCommandInput) => ({ ...runWith(executionArn) }),
    RedriveExecution: ({ executionArn, clientToken }: RedriveExecutionCommandInput) => {
      const run = runWith(executionArn)
      const token = `${executionArn} ${clientToken}`
      if (tokens.has(token)) return {}
      if (run.status === 'RUNNING' || run.redriveStatus !== 'REDRIVABLE') {
        throw new ExecutionNotRedrivable({ message: 'Execution is RUNNING and cannot be redriven', $metadata: {} })
      }
      tokens.add(token)
      run.redriveCount += 1
      onRedrive(run)
      return {}
    },
  }
  const runWith = (arn: string | undefined) => {
    const run = runs.find(({ executionArn }) => executionArn === arn)
    if (!run) throw new Error(`There is no run ${arn}.`)
    return run
  }
  const called = new Set<string>()
  // The SDK's own pagination takes only a client of its own.
  const client = new SFNClient({ region: 'eu-west-1', credentials: { accessKeyId: 'any', secretAccessKey: 'any' } })
  client.send = (async (command: { constructor: { name: string }; input: never }) => {
    const action = command.constructor.name.replace(/Command$/, '')
    called.add(action)
    await beforeCall()
    return actions[action]?.(command.input)
  }) as unknown as typeof client.send
  return { client, called }
}
