import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { builtinModules, createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleFunction } from '@confirmation-reminder/cli/bundle/bundle'
import type { FunctionName } from '@confirmation-reminder/contracts/functions'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { unzipSync } from 'fflate'
import type { Code } from './rows.ts'

/** What a process loads: a file that exports `handler`. */
export interface Loadable {
  file: string
  /** What was bundled, in bytes. Undefined, if most of the code stays in node_modules. */
  bytes?: number
}

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const functionFolder = (name: FunctionName) => here(`../../functions/${name}`)

/**
 * Builds code into a folder.
 * @param peers where the packages of the peers are installed
 * @throws Error that says what esbuild found, and where
 */
export async function load(code: Code, folder: string, peers: string | undefined): Promise<Loadable> {
  switch (code.kind) {
    case 'plain':
      return write(folder, { 'handler.js': readFileSync(here(`${code.file}.cjs`)) })
    case 'ours':
      return write(folder, await filesOf(code.function))
    case 'default':
      return write(folder, await built({ ...usual, absWorkingDir: functionFolder(code.function) }))
    case 'unbundled': {
      const options = { ...usual, absWorkingDir: functionFolder(code.function), minify: false, plugins: [fromDisk()] }
      return { file: write(folder, await built(options)).file }
    }
    default: {
      const packages = join(peers ?? fail(), 'node_modules')
      const options = { ...usual, entryPoints: [here(`peers/${code.peer}.mjs`)], nodePaths: [packages] }
      if (code.kind === 'peer') return write(folder, await built(options))
      return { file: write(folder, await built({ ...options, minify: false, plugins: [fromDisk(packages)] })).file }
    }
  }
}

/** The files of a function's bundle, as it is shipped and as Lambda unpacks it. */
async function filesOf(name: FunctionName): Promise<Record<string, Uint8Array>> {
  return unzipSync((await bundleFunction(name)).zip)
}

/** How many bytes of code a function's bundle has, unpacked. */
export async function bundledBytes(name: FunctionName): Promise<number> {
  return sizeOf(await filesOf(name))
}

const sizeOf = (files: Record<string, Uint8Array>) =>
  Object.values(files).reduce((sum, contents) => sum + contents.length, 0)

/** How most people bundle for Lambda. */
const usual = {
  entryPoints: ['src/handler.ts'],
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  minify: true,
  logLevel: 'silent',
} satisfies BuildOptions

async function built(options: BuildOptions): Promise<Record<string, Uint8Array>> {
  const { outputFiles = [] } = await build(options)
  return Object.fromEntries(outputFiles.map(({ contents }) => ['handler.js', contents]))
}

/** Leaves packages other than ours where they are installed: the file that is written elsewhere loads them by their paths. */
const fromDisk = (packages?: string): Plugin => ({
  name: 'from-disk',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
      const isOurs = kind === 'entry-point' || path.startsWith('@confirmation-reminder/')
      if (isOurs || path.startsWith('node:') || builtinModules.includes(path)) return undefined
      return { path: createRequire(packages ? join(packages, 'x') : importer).resolve(path), external: true }
    }),
})

function write(folder: string, files: Record<string, Uint8Array>): Required<Loadable> {
  for (const [file, contents] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), contents)
  }
  return { file: join(folder, 'handler.js'), bytes: sizeOf(files) }
}

function fail(): never {
  throw new Error('The packages of the peers are not installed.')
}
