import { AwsError } from '../../core/aws-error.ts'
import type { Alias } from './deployment.ts'
import { page } from './page.ts'
import type { DeployedFunction, Versions } from './versions.ts'

/** An alias as AWS describes it. */
export function aliasOf({ arn }: Pick<DeployedFunction, 'arn'>, alias: Alias) {
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

/** GetAlias. */
export function getAlias(versions: Versions) {
  return async ({ FunctionName, Name }: { FunctionName: string; Name: string }) => {
    const { function: deployed } = versions.resolve(FunctionName)
    const alias = deployed.aliases.find(({ name }) => name === Name)
    if (alias) return aliasOf(deployed, alias)
    throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${deployed.arn}:${Name}`, 404)
  }
}

/** ListAliases; of one version, where it is given. */
export function listAliases(versions: Versions) {
  return async (input: { FunctionName: string; FunctionVersion?: string; Marker?: string; MaxItems?: string }) => {
    const { FunctionName, FunctionVersion } = input
    const { function: deployed } = versions.resolve(FunctionName)
    const { items, NextMarker } = page(
      deployed.aliases.filter(({ version }) => FunctionVersion === undefined || FunctionVersion === version),
      input,
    )
    return { Aliases: items.map((alias) => aliasOf(deployed, alias)), NextMarker }
  }
}
