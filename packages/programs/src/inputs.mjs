// @ts-check
import { existsSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { root } from './unchanged.mjs'

/**
 * The files that esbuild's result depends on: those that it read, those that say which file an import means, and those that say
 * which libraries are installed.
 * @param {import('esbuild').Metafile} metafile
 * @param {string} workingFolder the absolute path that the paths of the metafile are relative to
 * @returns {string[]} relative to the checkout
 */
export function filesOf(metafile, workingFolder) {
  const read = Object.keys(metafile.inputs).map((file) => relative(root, join(workingFolder, file)))
  return [...read, ...manifestsOf(read), ...ofAll]
}

const ofAll = ['package.json', 'pnpm-lock.yaml', 'tsconfig.json', 'tsconfig.base.json']

/**
 * The package.json of each package that files are of.
 * @param {readonly string[]} files
 */
function manifestsOf(files) {
  /** @type {Map<string, string | undefined>} */
  const manifests = new Map()
  /** @type {(folder: string) => string | undefined} */
  const nearest = (folder) => {
    if (folder === '.' || folder.startsWith('..')) return undefined
    if (!manifests.has(folder)) {
      const manifest = join(folder, 'package.json')
      manifests.set(folder, existsSync(join(root, manifest)) ? manifest : nearest(dirname(folder)))
    }
    return manifests.get(folder)
  }
  return files.flatMap((file) => nearest(dirname(file)) ?? [])
}
