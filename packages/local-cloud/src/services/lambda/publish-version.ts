import * as v from 'valibot'
import { readInput } from '../../gateway/input.ts'
import { configurationOf } from './configuration.ts'
import { published } from './deployment.ts'
import type { Versions } from './versions.ts'

const Input = v.object({
  FunctionName: v.string(),
  CodeSha256: v.optional(v.string()),
  Description: v.optional(v.pipe(v.string(), v.maxLength(256, 'Member must have length less than or equal to 256'))),
  RevisionId: v.optional(v.string()),
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html */
export function publishVersion(versions: Versions, now: () => string) {
  return async (input: object) => {
    const { FunctionName, CodeSha256, Description, RevisionId } = readInput(Input, input, 'ValidationException')
    const given = { sha256: CodeSha256, description: Description, revisionId: RevisionId }
    const version = await versions.change(FunctionName, (before) => {
      const { deployment, version } = published(before, given, now())
      return { deployment, answer: version }
    })
    return configurationOf(versions.resolve(FunctionName).function, version)
  }
}
