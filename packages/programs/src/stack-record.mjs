// @ts-check
import { readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { recordMaking, unchanged } from './unchanged.mjs'

/**
 * Where the record of a synthesised stack is: outside of the folder that cdktf empties.
 * @param {string} folder that of its `cdk.tf.json`
 */
const recordOf = (folder) => join(dirname(dirname(folder)), 'records', `${basename(folder)}.json`)

/**
 * Records that a stack was synthesised.
 * @param {string} folder that of its `cdk.tf.json`
 * @param {{ inputs: Iterable<string>, sinceMs: number }} made as `recordMaking` takes it
 */
export function recordStack(folder, made) {
  const outputs = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
  recordMaking(recordOf(folder), { ...made, outputs })
}

/**
 * Whether a synthesised stack is what would be synthesised now.
 * @param {string} folder that of its `cdk.tf.json`
 */
export const isStackUnchanged = (folder) => unchanged(recordOf(folder)) !== undefined
