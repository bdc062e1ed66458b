import { reservable, reservationRefused } from '@confirmation-reminder/contracts/concurrency'
import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { readInput, whole } from '../../gateway/input.ts'
import { longestUnzippedBytes } from './code.ts'
import { type Concurrency, reservedBy } from './concurrency.ts'
import type { Versions } from './versions.ts'

const Input = v.object({
  FunctionName: v.string(),
  ReservedConcurrentExecutions: whole(0, 2 ** 31 - 1),
})

/**
 * PutFunctionConcurrency: holds until Terraform is applied again, which here is the next start.
 * https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionConcurrency.html
 */
export function putFunctionConcurrency(versions: Versions, { account }: Concurrency) {
  return async (input: object) => {
    const { FunctionName, ReservedConcurrentExecutions } = readInput(Input, input, 'ValidationException')
    return await versions.change(FunctionName, (before) => {
      const others = reservedBy(versions.functions) - (before.reservedConcurrency ?? 0)
      if (others + ReservedConcurrentExecutions > reservable(account)) {
        throw new AwsError('InvalidParameterValueException', reservationRefused(account))
      }
      const deployment = { ...before, reservedConcurrency: ReservedConcurrentExecutions }
      return { deployment, answer: { ReservedConcurrentExecutions } }
    })
  }
}

/** GetFunctionConcurrency: without a reservation the answer is empty. */
export function getFunctionConcurrency(versions: Versions) {
  return async ({ FunctionName }: { FunctionName: string }) => ({
    ReservedConcurrentExecutions: versions.resolve(FunctionName).function.reservedConcurrency,
  })
}

/** DeleteFunctionConcurrency. */
export function deleteFunctionConcurrency(versions: Versions) {
  return async ({ FunctionName }: { FunctionName: string }) =>
    await versions.change(FunctionName, (before) => ({
      deployment: { ...before, reservedConcurrency: undefined },
      answer: {},
    }))
}

/** GetAccountSettings: what the account may run at once. Of code it may hold as much as any. */
export function getAccountSettings(versions: Versions, concurrency: Concurrency) {
  return async () => ({
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
  })
}
