import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { bundlingError } from '@confirmation-reminder/programs/bundling-error'
import { filesOf } from '@confirmation-reminder/programs/inputs'
import {
  type BuildFailure,
  type BuildOptions,
  build,
  type Message,
  type Metafile,
  type OutputFile,
  type TransformOptions,
  transform,
} from 'esbuild'
import { leanSdk, leanSdkFiles } from './lean-sdk.ts'
import { zip } from './zip.ts'

/**
 * What Lambda runs: one zip, with `handler.js` and the files that it loads when it needs them. The same sources give the same
 * bytes on every machine.
 */
export interface Bundle {
  zip: Uint8Array
  /** SHA-256 of the zip in base64, as Lambda's `CodeSha256` and Terraform's `source_code_hash` write it. */
  sha256Base64: string
  /** The files that it depends on, relative to the checkout. */
  inputs: string[]
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
  const { outputFiles, warnings, metafile } = await build({ ...options, absWorkingDir: folder }).catch(
    async ({ errors, warnings = [], message }: BuildFailure) => {
      throw errors ? await fault(folder, [...errors, ...warnings]) : new Error(message)
    },
  )
  // A warning of a bundler is an error that shows at run time.
  if (warnings.length > 0) throw await fault(folder, warnings)
  const files = await Promise.all(
    numbered(outputFiles, metafile).map(async ([name, text]) => {
      return [name, Buffer.from((await transform(text, asCommonJs)).code)] as const
    }),
  )
  const zipped = zip(Object.fromEntries(files))
  const sha256Base64 = createHash('sha256').update(zipped).digest('base64')
  return { zip: zipped, sha256Base64, inputs: [...filesOf(metafile, folder), ...ofBundling] }
}

/**
 * The files and their texts, `handler.js` first. The others get numbers, in the order in which they are imported: esbuild names them
 * after a hash, which says where the packages of a checkout are.
 */
function numbered(outputFiles: OutputFile[], { outputs }: Metafile): [name: string, text: string][] {
  const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]))
  const names: string[] = []
  const visit = (name: string) => {
    if (names.includes(name) || !texts.has(name)) return
    names.push(name)
    for (const { path } of outputs[name]?.imports ?? []) visit(path)
  }
  visit('handler.js')
  const inZip = (name: string) => (name === 'handler.js' ? name : `${names.indexOf(name)}.js`)
  return names.map((name) => {
    const text = names.reduce(
      (text, other) => text.replaceAll(`./${other}`, `./${inZip(other)}`),
      texts.get(name) ?? '',
    )
    return [inZip(name), text]
  })
}

/** What each bundle depends on besides what its function imports. */
const ofBundling = ['bundle.ts', 'lean-sdk.ts', 'zip.ts'].map((file) => `packages/cli/src/bundle/${file}`)

/** Measured: half of a cold start is parsing JavaScript, so each option that saves bytes saves time. */
const output = {
  platform: 'node',
  // Lambda runs Node 24; laptops may run older versions. The oldest that we support runs the same bytes.
  target: 'node20',
  minify: true,
  legalComments: 'none',
} as const satisfies BuildOptions

const options = {
  ...output,
  ...leanSdk,
  plugins: [leanSdkFiles],
  entryPoints: { handler: 'src/handler.ts' },
  bundle: true,
  write: false,
  metafile: true,
  outdir: '.',
  logLevel: 'silent',
  // What import() loads gets a file of its own, which is parsed when it is first needed.
  format: 'esm',
  splitting: true,
  chunkNames: '[hash]',
  mainFields: ['module', 'main'],
  // A map costs more bytes than the code. Who needs one builds it from the same commit: the code will be the same.
  sourcemap: false,
} as const satisfies BuildOptions

// esbuild splits only ES modules. On Node 22 and later one that imports node:http loads undici, which costs 20 ms of CPU;
// and require() is cheaper than import().
const asCommonJs = {
  ...output,
  format: 'cjs',
  supported: { 'dynamic-import': false },
} as const satisfies TransformOptions

const fault = (folder: string, messages: Message[]) => bundlingError(`The function ${basename(folder)}`, messages)
