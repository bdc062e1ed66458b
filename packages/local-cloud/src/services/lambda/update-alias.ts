import * as v from 'valibot'
import { readInput } from '../../gateway/input.ts'
import { type Alias, withAlias } from './deployment.ts'
import { aliasOf } from './get-alias.ts'
import type { Versions } from './versions.ts'

const Input = v.object({
  FunctionName: v.string(),
  Name: v.string(),
  FunctionVersion: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(\$LATEST|\d+)$/, 'Member must satisfy regular expression pattern: (\\$LATEST|[0-9]+)'),
    ),
  ),
  Description: v.optional(v.pipe(v.string(), v.maxLength(256, 'Member must have length less than or equal to 256'))),
  RoutingConfig: v.optional(v.object({ AdditionalVersionWeights: v.optional(v.record(v.string(), v.number())) })),
  RevisionId: v.optional(v.string()),
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html */
export function updateAlias(versions: Versions) {
  return async (input: object) => {
    const { FunctionName, Name, FunctionVersion, Description, RoutingConfig, RevisionId } = readInput(
      Input,
      input,
      'ValidationException',
    )
    const changes: Partial<Alias> = {
      ...(FunctionVersion !== undefined && { version: FunctionVersion }),
      ...(Description !== undefined && { description: Description }),
      ...(RoutingConfig && { weights: RoutingConfig.AdditionalVersionWeights ?? {} }),
      ...(RevisionId !== undefined && { revisionId: RevisionId }),
    }
    const alias = await versions.change(FunctionName, (before) => withAlias(before, Name, changes))
    return aliasOf(versions.resolve(FunctionName).function, alias)
  }
}
