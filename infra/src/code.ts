import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundleFunction } from '@confirmation-reminder/cli/bundle/bundle'
import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'

/** The zip of each function and the hash by which Lambda knows it. */
export type Code = Record<FunctionName, { file: string; sha256Base64: string }>

/**
 * Bundles every function into a folder.
 * @throws Error that says what esbuild found, and where.
 */
export async function bundleCode(folder: string): Promise<Code> {
  mkdirSync(folder, { recursive: true })
  const entries = functionNames.map(async (name) => {
    const { zip, sha256Base64 } = await bundleFunction(name)
    const file = join(folder, `${name}.zip`)
    writeFileSync(file, zip)
    return [name, { file, sha256Base64 }] as const
  })
  return Object.fromEntries(await Promise.all(entries)) as Code
}
