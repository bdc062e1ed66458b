// @ts-check
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { recordMaking, replaceFile, root, unchanged } from './unchanged.mjs'

/** How programs are bundled. */
const bundling = 'packages/programs/src/bundle-program.mjs'

const folder = join(root, 'node_modules', '.cache', 'programs')

/**
 * A TypeScript file and all that it imports as one file that Node runs. It is made if one of those has changed since the last time:
 * a start from the sources spends most of its time on finding and transpiling them.
 * @param {string} main relative to the checkout
 * @returns {Promise<string>} the path of the one file, a CommonJS module. Later calls may replace the file.
 * @throws {Error} that says what esbuild found, and where; or why the file cannot be written
 */
export async function programOf(main) {
  const name = main.replaceAll(/[^\w.-]/g, '-')
  const [program, record] = [join(folder, `${name}.cjs`), join(folder, `${name}.json`)]
  if (unchanged(record)) return program
  if (!existsSync(join(root, main))) throw new Error(`There is no file ${main}.`)
  const sinceMs = Date.now()
  const { bundleProgram } = await import('./bundle-program.mjs')
  const { code, inputs } = await bundleProgram(main)
  replaceFile(program, code)
  recordMaking(record, { inputs: [...inputs, bundling], outputs: [program], sinceMs })
  return program
}
