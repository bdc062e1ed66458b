import { reservable, reservationRefused } from '@confirmation-reminder/contracts/concurrency'
import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { jsonAction, whole } from '../../gateway/input.ts'
import { longestUnzippedBytes } from './code.ts'
import { type Concurrency, reservedBy } from './concurrency.ts'
import { functionName } from './request.ts'
import type { Versions } from './versions.ts'

const FunctionInput = v.object({ FunctionName: functionName })
const PutInput = v.object({ FunctionName: functionName, ReservedConcurrentExecutions: whole(0, 2 ** 31 - 1) })

/**
 * PutFunctionConcurrency: applies until the next Terraform apply, which here is the next start.
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
 */
export const putFunctionConcurrency = (versions: Versions, { account }: Concurrency) =>
  jsonAction(PutInput, async ({ FunctionName, ReservedConcurrentExecutions }) => {
    return await versions.change(FunctionName, (before) => {
      const others = reservedBy(versions.functions) - (before.reservedConcurrency ?? 0)
      if (others + ReservedConcurrentExecutions > reservable(account)) {
        throw new AwsError('InvalidParameterValueException', reservationRefused(account))
      }
      const deployment = { ...before, reservedConcurrency: ReservedConcurrentExecutions }
      return { deployment, answer: { ReservedConcurrentExecutions } }
    })
  })

/** GetFunctionConcurrency: without a reservation the response is empty. */
export const getFunctionConcurrency = (versions: Versions) =>
  jsonAction(FunctionInput, async ({ FunctionName }) => ({
    ReservedConcurrentExecutions: versions.resolve(FunctionName).function.reservedConcurrency,
  }))

/** DeleteFunctionConcurrency. */
export const deleteFunctionConcurrency = (versions: Versions) =>
  jsonAction(
    FunctionInput,
    async ({ FunctionName }) =>
      await versions.change(FunctionName, (before) => ({
        deployment: { ...before, reservedConcurrency: undefined },
        answer: {},
      })),
  )

/** GetAccountSettings: how many executions the account may run at once. Its limits for code are AWS's defaults. */
export const getAccountSettings = (versions: Versions, concurrency: Concurrency) =>
  jsonAction(v.object({}), async () => ({
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: longestUnzippedBytes,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: concurrency.account,
      UnreservedConcurrentExecutions: concurrency.unreserved,
    },
    AccountUsage: {
      TotalCodeSize: versions.functions
        .flatMap(({ latest, published }) => [latest, ...published])
        .reduce((whole, { code }) => whole + code.zipBytes, 0),
      FunctionCount: versions.functions.length,
    },
  }))
