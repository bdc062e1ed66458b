import { configurationOf } from './configuration.ts'
import { page } from './page.ts'
import type { Versions } from './versions.ts'

/** ListFunctions: `$LATEST` of each. */
export function listFunctions(versions: Versions) {
  return async (input: { Marker?: string; MaxItems?: string }) => {
    const { items, NextMarker } = page(versions.functions, input)
    return { Functions: items.map((one) => configurationOf(one, one.latest, one.arn)), NextMarker }
  }
}
