import { AwsError } from '../core/aws-error.ts'
import type { Datum } from '../core/metrics.ts'
import type { Invoke } from '../core/service.ts'
import { Faults } from '../faults/faults.ts'
import type { Endpoint } from './endpoint.ts'
import { type Invoker, invokeAs } from './invoke-as.ts'

const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:reminder:live'
const answer = { payload: '{}', executedVersion: '1', logTail: '' }
const permissions = { check: () => {} }
const endpoint = { listens: Promise.resolve() } as unknown as Endpoint

/** The names of the metrics that an invocation by this service leaves. */
async function metricsOf(caller: Invoker, invoke: Invoke): Promise<string[]> {
  const datums: Datum[] = []
  const record = async (more: readonly Datum[]) => void datums.push(...more)
  await invokeAs(caller, { lambda: { invoke }, endpoint, faults: new Faults(), record, permissions })(arn, '{}').catch(
    () => {},
  )
  return datums.map(({ name, dimensions: { LambdaFunctionArn: of = '' } }) => `${name} ${of}`.trim())
}

test.each<[string, Invoke, string[]]>([
  ['succeeds', async () => answer, []],
  ['fails', async () => ({ ...answer, functionError: 'Unhandled' }), [`LambdaFunctionsFailed ${arn}`]],
  [
    'is throttled',
    () => Promise.reject(new AwsError('TooManyRequestsException', 'Rate Exceeded.', 429)),
    [`LambdaFunctionsFailed ${arn}`, 'Throttles', 'Throttles'],
  ],
  [
    'is not run, because Lambda is away',
    () => Promise.reject(new AwsError('ServiceException', 'away', 500)),
    [`LambdaFunctionsFailed ${arn}`],
  ],
])('a task whose function %s is counted by Step Functions, and a call of SQS is not', async (_, invoke, counted) => {
  expect(await metricsOf('states', invoke)).toEqual(counted)
  expect(await metricsOf('sqs', invoke)).toEqual(counted.filter((name) => name === 'Throttles'))
})
