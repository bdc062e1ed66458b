import { AwsError } from '../gateway/aws-error.ts'
import { page } from './page.ts'
import type { DeployedFunction, Versions } from './versions.ts'

function aliasOf(versions: Versions, deployed: DeployedFunction, name: string) {
  const { arn } = deployed.settings
  const version = versions.alias(deployed, name)
  if (version === undefined) {
    throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${arn}:${name}`, 404)
  }
  return { AliasArn: `${arn}:${name}`, Name: name, FunctionVersion: version, Description: '' }
}

/** GetAlias. */
export function getAlias(versions: Versions) {
  return async ({ FunctionName, Name }: { FunctionName: string; Name: string }) =>
    aliasOf(versions, versions.resolve(FunctionName).function, Name)
}

/** ListAliases. */
export function listAliases(versions: Versions) {
  return async (input: { FunctionName: string; Marker?: string; MaxItems?: string }) => {
    const { function: deployed } = versions.resolve(input.FunctionName)
    const { items, NextMarker } = page(deployed.settings.aliases, input)
    return { Aliases: items.map((name) => aliasOf(versions, deployed, name)), NextMarker }
  }
}
