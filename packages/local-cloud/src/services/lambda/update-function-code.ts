import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { readInput } from '../../gateway/input.ts'
import { BadZip, unpack } from './code.ts'
import { configurationOf } from './configuration.ts'
import { published, withCode } from './deployment.ts'
import type { Versions } from './versions.ts'

const Input = v.object({
  FunctionName: v.string(),
  ZipFile: v.optional(v.pipe(v.string(), v.base64('Member must be base64'))),
  RevisionId: v.optional(v.string()),
  DryRun: v.optional(v.boolean(), false),
  Publish: v.optional(v.boolean(), false),
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html, with the zip in the request. */
export function updateFunctionCode(versions: Versions, root: string, now: () => string) {
  return async (input: object) => {
    const { FunctionName, ZipFile, RevisionId, DryRun, Publish } = readInput(Input, input, 'ValidationException')
    const { name, arn } = versions.resolve(FunctionName).function
    if (ZipFile === undefined) refuse('Please provide a source for function code: the local cloud takes a ZipFile.')
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
  }
}

function refuse(message: string): never {
  throw new AwsError('InvalidParameterValueException', message)
}
