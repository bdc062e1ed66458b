import { configurationOf } from './configuration.ts'
import { page } from './page.ts'
import type { Versions } from './versions.ts'

/** ListVersionsByFunction: `$LATEST`, then all that were published, the oldest first. */
export function listVersionsByFunction(versions: Versions) {
  return async (input: { FunctionName: string; Marker?: string; MaxItems?: string }) => {
    const { function: deployed } = versions.resolve(input.FunctionName)
    const { items, NextMarker } = page([deployed.latest, ...deployed.published], input)
    return { Versions: items.map((version) => configurationOf(deployed, version)), NextMarker }
  }
}
