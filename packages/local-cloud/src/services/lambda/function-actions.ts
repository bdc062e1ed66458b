import { pathToFileURL } from 'node:url'
import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { jsonAction, oneOf } from '../../gateway/input.ts'
import { BadZip, type Code, unpack } from './code.ts'
import { configurationOf } from './configuration.ts'
import { published, withCode } from './deployment.ts'
import { functionName, page, paging, qualifiedFunction } from './request.ts'
import type { Versions } from './versions.ts'

const GetInput = v.object(qualifiedFunction)

/** GetFunction: the configuration, and where its zip can be read on this machine. */
export const getFunction = (versions: Versions, zipFile: (code: Code) => string) =>
  jsonAction(GetInput, async ({ FunctionName, Qualifier }) => {
    const target = versions.resolve(FunctionName, Qualifier)
    const reserved = target.function.reservedConcurrency
    return {
      Configuration: configurationOf(target.function, target.version, target.arn),
      ...(reserved !== undefined && { Concurrency: { ReservedConcurrentExecutions: reserved } }),
      Code: { RepositoryType: 'S3', Location: pathToFileURL(zipFile(target.version.code)).href },
      Tags: {},
    }
  })

/** GetFunctionConfiguration. */
export const getFunctionConfiguration = (versions: Versions) =>
  jsonAction(GetInput, async ({ FunctionName, Qualifier }) => {
    const target = versions.resolve(FunctionName, Qualifier)
    return configurationOf(target.function, target.version, target.arn)
  })

const ListInput = v.object({ FunctionVersion: v.optional(oneOf(['ALL'])), ...paging })

/** ListFunctions: `$LATEST` of each function, or with `FunctionVersion` `ALL` the published versions too. */
export const listFunctions = (versions: Versions) =>
  jsonAction(ListInput, async ({ FunctionVersion, ...paging }) => {
    const all = versions.functions.flatMap((one) => {
      const latest = configurationOf(one, one.latest, FunctionVersion ? undefined : one.arn)
      return FunctionVersion ? [latest, ...one.published.map((version) => configurationOf(one, version))] : [latest]
    })
    const { items, NextMarker } = page(['ListFunctions', FunctionVersion], all, paging)
    return { Functions: items, NextMarker }
  })

const UpdateCodeInput = v.object({
  FunctionName: functionName,
  ZipFile: v.optional(v.pipe(v.string(), v.base64('Member must be base64'))),
  RevisionId: v.optional(v.string()),
  DryRun: v.optional(v.boolean(), false),
  Publish: v.optional(v.boolean(), false),
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html, with the zip in the request. */
export const updateFunctionCode = (versions: Versions, root: string, now: () => string) =>
  jsonAction(UpdateCodeInput, async ({ FunctionName, ZipFile, RevisionId, DryRun, Publish }) => {
    const { name, arn } = versions.resolve(FunctionName).function
    if (ZipFile === undefined) refuse('Please provide a source for function code: the local cloud accepts a ZipFile.')
    const code = await unpack(Buffer.from(ZipFile, 'base64'), root, 'The uploaded file').catch((error: unknown) => {
      if (error instanceof BadZip) refuse(error.refusal)
      throw error
    })
    const version = await versions.change(name, (before) => {
      const deployment = withCode(before, code, RevisionId, now())
      if (DryRun) return { deployment: before, answer: deployment.latest }
      if (!Publish) return { deployment, answer: deployment.latest }
      const { version, ...after } = published(deployment, {}, now())
      return { ...after, answer: version }
    })
    const qualified = version.version === '$LATEST' ? arn : `${arn}:${version.version}`
    return configurationOf(versions.resolve(name).function, version, qualified)
  })

function refuse(message: string): never {
  throw new AwsError('InvalidParameterValueException', message)
}
