import { basename, join } from 'node:path'
import { bundleFunction } from '@confirmation-reminder/cli/bundle/bundle'
import { type FunctionName, functionNames } from '@confirmation-reminder/contracts/functions'
import { recordMaking, replaceFile, unchanged } from '@confirmation-reminder/programs/unchanged'

/** The zip of each function, the hash by which Lambda knows it, and the files that it was made from, relative to the checkout. */
export type Code = Record<FunctionName, { file: string; sha256Base64: string; inputs: string[] }>

/** The files that all zips were made from, relative to the checkout. */
export const inputsOf = (code: Code): string[] => Object.values(code).flatMap(({ inputs }) => inputs)

/**
 * Bundles every function into a folder, unless its bundle is there and nothing has changed that it was made from.
 * @throws Error that says what esbuild found, and where.
 */
export async function bundleCode(folder: string): Promise<Code> {
  // Functions share most of their inputs.
  const hashes = new Map<string, string | undefined>()
  const entries = functionNames.map(async (name) => [name, await bundleCodeOf(name, folder, hashes)] as const)
  return Object.fromEntries(await Promise.all(entries)) as Code
}

async function bundleCodeOf(
  name: FunctionName,
  folder: string,
  hashes: Map<string, string | undefined>,
): Promise<Code[FunctionName]> {
  const file = join(folder, `${name}.zip`)
  const record = join(folder, `${name}.json`)
  const before = unchanged(record, hashes)
  const sha256BeforeBase64 = before?.outputs[basename(file)]
  if (before && sha256BeforeBase64)
    return { file, sha256Base64: sha256BeforeBase64, inputs: Object.keys(before.inputs) }
  const sinceMs = Date.now()
  const { zip, sha256Base64, inputs } = await bundleFunction(name)
  replaceFile(file, zip)
  recordMaking(record, { inputs, outputs: [file], sinceMs })
  return { file, sha256Base64, inputs }
}
