// @ts-check
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { relative } from 'node:path'
import { build } from 'esbuild'
import { bundlingError } from './bundling-error.mjs'
import { filesOf } from './inputs.mjs'
import { root } from './unchanged.mjs'

/** The variable with which a program works on another checkout than the one that it was bundled from. */
export const checkoutVariable = 'BUNDLED_PROGRAM_CHECKOUT'

/**
 * Bundles a program.
 * @param {string} main relative to the checkout
 * @returns {Promise<{ code: Uint8Array, inputs: string[] }>} the one file, and the files that it was made from, relative to the
 *   checkout
 * @throws {Error} that says what esbuild found, and where
 */
export async function bundleProgram(main) {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [main],
    bundle: true,
    write: false,
    metafile: true,
    logLevel: 'silent',
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    // Errors are recognised and printed by the names of their classes.
    keepNames: true,
    banner: { js: sourceUrl },
    plugins: [sourceUrls, fromTheirFolders],
  }).catch(async ({ errors, message }) => {
    throw errors ? await bundlingError(main, errors) : new Error(message)
  })
  return { code: outputFiles[0]?.contents ?? new Uint8Array(), inputs: filesOf(metafile, root) }
}

/** The beginning of every bundle: a function that returns the address of a source in the checkout. */
const sourceUrl = `const sourceUrl = (path) =>
  require('node:url').pathToFileURL(require('node:path').join(process.env.${checkoutVariable} ?? ${JSON.stringify(root)}, path)).href`

/**
 * Our modules find the files beside them by import.meta.url: it stays the address of the source.
 * @type {import('esbuild').Plugin}
 */
const sourceUrls = {
  name: 'source-urls',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => {
      if (path.includes('node_modules')) return undefined
      const address = `sourceUrl(${JSON.stringify(relative(root, path))})`
      return { loader: 'ts', contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', address) }
    }),
}

/**
 * Libraries that look for files in their own folders, native parts or their package.json, are loaded from there. constructs too,
 * because cdktf knows its classes by identity.
 * @type {import('esbuild').Plugin}
 */
const fromTheirFolders = {
  name: 'from-their-folders',
  setup: ({ onResolve }) => {
    onResolve({ filter: /^(cdktf|classic-level|constructs|esbuild)$/ }, ({ importer, path }) => ({
      path: createRequire(importer).resolve(path),
      external: true,
    }))
    // A program that starts others bundles them from here too: its own copy of this module would have been changed by it.
    onResolve({ filter: /^\.\/bundle-program\.mjs$/ }, () => ({
      path: import.meta.url,
      external: true,
    }))
  },
}
