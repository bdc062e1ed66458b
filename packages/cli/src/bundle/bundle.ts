import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { type BuildFailure, type BuildOptions, build, formatMessages, type Message } from 'esbuild'
import { zip } from './zip.ts'

/** What Lambda runs: one zip with one file. The same sources give the same bytes on every machine. */
export interface Bundle {
  zip: Uint8Array
  /** SHA-256 of the zip in base64, as Lambda's `CodeSha256` and Terraform's `source_code_hash` write it. */
  sha256Base64: string
}

/** Lambda's handler string for every bundle: the file `handler.js`, its export `handler`. */
export const lambdaHandler = 'handler.handler'

/**
 * Bundles one function of this repository.
 * @throws Error that says what esbuild found, and where.
 */
export function bundleFunction(name: FunctionName): Promise<Bundle> {
  return bundle(fileURLToPath(new URL(`../../../../functions/${name}`, import.meta.url)))
}

/**
 * Bundles the package in a folder, whose entry is `src/handler.ts`.
 * @throws Error that says what esbuild found, and where.
 */
export async function bundle(folder: string): Promise<Bundle> {
  const { outputFiles, warnings } = await build({ ...options, absWorkingDir: folder }).catch(
    async ({ errors, warnings = [], message }: BuildFailure) => {
      throw errors ? await fault(folder, [...errors, ...warnings]) : new Error(message)
    },
  )
  // A warning of a bundler is an error that shows at run time.
  if (warnings.length > 0) throw await fault(folder, warnings)
  const zipped = zip(Object.fromEntries(outputFiles.map(({ contents }) => ['handler.js', contents])))
  return { zip: zipped, sha256Base64: createHash('sha256').update(zipped).digest('base64') }
}

/** Measured: half of a cold start is parsing JavaScript, so each option that saves bytes saves time. */
const options = {
  entryPoints: ['src/handler.ts'],
  bundle: true,
  write: false,
  logLevel: 'silent',
  platform: 'node',
  // Lambda runs Node 24; laptops may run older versions. The oldest that we support runs the same bytes.
  target: 'node20',
  // On Node 22 and later an ES module that imports node:http loads undici, which costs 20 ms of CPU.
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  legalComments: 'none',
  // The one file is parsed as a whole, lazy imports included: require() is cheaper than import().
  supported: { 'dynamic-import': false },
  // A map costs more bytes than the code. Who needs one builds it from the same commit: the code will be the same.
  sourcemap: false,
  alias: {
    '@aws-sdk/credential-provider-node': fileURLToPath(new URL('./environment-credentials.ts', import.meta.url)),
  },
} as const satisfies BuildOptions

async function fault(folder: string, messages: Message[]): Promise<Error> {
  const found = await formatMessages(messages, { kind: 'error' })
  return new Error(`The function ${basename(folder)} cannot be bundled. Fix this and try again:\n\n${found.join('\n')}`)
}
