import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'esbuild'
import { keepByContent } from './kept.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The programs that tests start as processes of their own, again and again. */
const programs = {
  'local-cloud': 'packages/local-cloud/src/main.ts',
  'plan-report': 'packages/plan-report/src/main.ts',
  announce: 'packages/cli/src/announce/main.ts',
  redrive: 'packages/cli/src/redrive/main.ts',
  restore: 'packages/cli/src/restore/main.ts',
  ship: 'packages/cli/src/ship/main.ts',
}

/** The folder of the bundled programs. Jest's workers inherit it; other processes run the sources. */
const variable = 'BUNDLED_PROGRAMS'

/**
 * The arguments with which Node starts a program: its bundle if Jest's global setup made it, else its sources.
 * @param checkout where those sources are
 */
export function startOf(program: keyof typeof programs, checkout = root): string[] {
  const folder = process.env[variable]
  return folder ? [join(folder, `${program}.cjs`)] : ['--import', 'tsx', join(checkout, programs[program])]
}

/** The variable with which a bundled program works on another checkout than the one that it was bundled from. */
export const checkoutVariable = 'BUNDLED_PROGRAM_CHECKOUT'

/**
 * Bundles the programs for the tests that follow. A start from sources spends most of its CPU on transpiling.
 * @throws Error with what esbuild found
 */
export async function bundlePrograms(): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: programs,
    // Only for the names of the files.
    outdir: root,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Errors are recognised and printed by the names of their classes.
    keepNames: true,
    banner: { js: sourceUrl },
    plugins: [sourceUrls, nativeModules],
  })
  mkdirSync(kept, { recursive: true })
  const partial = mkdtempSync(join(kept, 'partial-'))
  for (const { path, contents } of outputFiles) writeFileSync(join(partial, basename(path)), contents)
  process.env[variable] = keepByContent(partial)
}

const kept = join(root, 'node_modules', '.cache', 'programs')

/** The beginning of every bundle: a function that returns the address of a source in the checkout. */
const sourceUrl = `const sourceUrl = (path) =>
  require('node:url').pathToFileURL(require('node:path').join(process.env.${checkoutVariable} ?? ${JSON.stringify(root)}, path)).href`

/** Our modules find the files beside them by import.meta.url: it stays the address of the source. */
const sourceUrls: Plugin = {
  name: 'source-urls',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replaceAll(
        'import.meta.url',
        `sourceUrl(${JSON.stringify(relative(root, path))})`,
      ),
    })),
}

/** A library with a native part looks for it in its own folder: it is loaded from there. */
const nativeModules: Plugin = {
  name: 'native-modules',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^(classic-level|esbuild)$/ }, ({ importer, path }) => ({
      path: createRequire(importer).resolve(path),
      external: true,
    })),
}
