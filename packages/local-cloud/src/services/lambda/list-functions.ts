import { AwsError } from '../../core/aws-error.ts'
import { configurationOf } from './configuration.ts'
import { page } from './page.ts'
import type { Versions } from './versions.ts'

/** ListFunctions: `$LATEST` of each, or with `FunctionVersion` `ALL` everything that was published too. */
export function listFunctions(versions: Versions) {
  return async ({ FunctionVersion, ...paging }: { FunctionVersion?: string; Marker?: string; MaxItems?: string }) => {
    if (FunctionVersion !== undefined && FunctionVersion !== 'ALL') {
      throw new AwsError('InvalidParameterValueException', `FunctionVersion takes ALL, not ${FunctionVersion}.`)
    }
    const all = versions.functions.flatMap((one) => {
      const latest = configurationOf(one, one.latest, FunctionVersion ? undefined : one.arn)
      return FunctionVersion ? [latest, ...one.published.map((version) => configurationOf(one, version))] : [latest]
    })
    const { items, NextMarker } = page(all, paging)
    return { Functions: items, NextMarker }
  }
}
