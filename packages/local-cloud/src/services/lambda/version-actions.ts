import * as v from 'valibot'
import { AwsError } from '../../core/aws-error.ts'
import { jsonAction } from '../../gateway/input.ts'
import { configurationOf } from './configuration.ts'
import { type Alias, published, withAlias } from './deployment.ts'
import { description, functionName, page, paging } from './request.ts'
import type { DeployedFunction, Versions } from './versions.ts'

const PublishInput = v.object({
  FunctionName: functionName,
  CodeSha256: v.optional(v.string()),
  Description: description,
  RevisionId: v.optional(v.string()),
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_PublishVersion.html */
export const publishVersion = (versions: Versions, now: () => string) =>
  jsonAction(PublishInput, async ({ FunctionName, CodeSha256, Description, RevisionId }) => {
    const given = { sha256: CodeSha256, description: Description, revisionId: RevisionId }
    const version = await versions.change(FunctionName, (before) => {
      const { deployment, version } = published(before, given, now())
      return { deployment, answer: version }
    })
    return configurationOf(versions.resolve(FunctionName).function, version)
  })

const ListVersionsInput = v.object({ FunctionName: functionName, ...paging })

/** ListVersionsByFunction: `$LATEST`, then the published versions, the oldest first. */
export const listVersionsByFunction = (versions: Versions) =>
  jsonAction(ListVersionsInput, async ({ FunctionName, ...paging }) => {
    const { function: deployed } = versions.resolve(FunctionName)
    const list = ['ListVersionsByFunction', deployed.arn] as const
    const { items, NextMarker } = page(list, [deployed.latest, ...deployed.published], paging)
    return { Versions: items.map((version) => configurationOf(deployed, version)), NextMarker }
  })

/** An alias as AWS returns it. */
function aliasOf({ arn }: Pick<DeployedFunction, 'arn'>, alias: Alias) {
  const { name, version, weights, description, revisionId } = alias
  return {
    AliasArn: `${arn}:${name}`,
    Name: name,
    FunctionVersion: version,
    Description: description,
    ...(Object.keys(weights).length > 0 && { RoutingConfig: { AdditionalVersionWeights: weights } }),
    RevisionId: revisionId,
  }
}

const GetAliasInput = v.object({ FunctionName: functionName, Name: v.string() })

/** GetAlias. */
export const getAlias = (versions: Versions) =>
  jsonAction(GetAliasInput, async ({ FunctionName, Name }) => {
    const { function: deployed } = versions.resolve(FunctionName)
    const alias = deployed.aliases.find(({ name }) => name === Name)
    if (alias) return aliasOf(deployed, alias)
    throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${deployed.arn}:${Name}`, 404)
  })

const ListAliasesInput = v.object({ FunctionName: functionName, FunctionVersion: v.optional(v.string()), ...paging })

/** ListAliases: of all versions or, with `FunctionVersion`, of one. */
export const listAliases = (versions: Versions) =>
  jsonAction(ListAliasesInput, async ({ FunctionName, FunctionVersion, ...paging }) => {
    const { function: deployed } = versions.resolve(FunctionName)
    const { items, NextMarker } = page(
      ['ListAliases', deployed.arn, FunctionVersion],
      deployed.aliases.filter(({ version }) => FunctionVersion === undefined || FunctionVersion === version),
      paging,
    )
    return { Aliases: items.map((alias) => aliasOf(deployed, alias)), NextMarker }
  })

const UpdateAliasInput = v.object({
  FunctionName: functionName,
  Name: v.string(),
  FunctionVersion: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(\$LATEST|\d+)$/, 'Member must satisfy regular expression pattern: (\\$LATEST|[0-9]+)'),
    ),
  ),
  Description: description,
  RoutingConfig: v.optional(v.object({ AdditionalVersionWeights: v.optional(v.record(v.string(), v.number())) })),
  RevisionId: v.optional(v.string()),
})

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html */
export const updateAlias = (versions: Versions) =>
  jsonAction(UpdateAliasInput, async (input) => {
    const { FunctionName, Name, FunctionVersion, Description, RoutingConfig, RevisionId } = input
    const changes: Partial<Alias> = {
      ...(FunctionVersion !== undefined && { version: FunctionVersion }),
      ...(Description !== undefined && { description: Description }),
      ...(RoutingConfig && { weights: RoutingConfig.AdditionalVersionWeights ?? {} }),
      ...(RevisionId !== undefined && { revisionId: RevisionId }),
    }
    const alias = await versions.change(FunctionName, (before) => withAlias(before, Name, changes))
    return aliasOf(versions.resolve(FunctionName).function, alias)
  })
