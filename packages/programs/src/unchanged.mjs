// @ts-check
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this checkout. */
export const root = fileURLToPath(new URL('../../..', import.meta.url))

/**
 * What was made, and of what: the SHA-256 of each file in base64. Paths of inputs are relative to the checkout, those of outputs to
 * the folder of the record.
 * @typedef {{ inputs: Record<string, string>, outputs: Record<string, string> }} Making
 */

/**
 * What was made, if it is what would be made now: no file of it has another content than a record says. Times do not count.
 * @param {string} record the file that `recordMaking` wrote
 * @param {Map<string, string | undefined>} [hashes] those of files that were read a moment ago, by path: this uses and extends them
 * @returns {Making | undefined} undefined, if something has changed, or if the record is missing or cannot be read
 */
export function unchanged(record, hashes = new Map()) {
  const making = read(record)
  const isAsRecorded = (/** @type {string} */ folder, /** @type {Record<string, string>} */ files) =>
    Object.entries(files).every(([file, hash]) => {
      const path = join(folder, file)
      if (!hashes.has(path)) hashes.set(path, hashOf(path))
      return hashes.get(path) === hash
    })
  return making && isAsRecorded(dirname(record), making.outputs) && isAsRecorded(root, making.inputs)
    ? making
    : undefined
}

/**
 * Records what was just made. An input that was written meanwhile may have been read before or after: then nothing is recorded,
 * and the next start makes it again.
 * @param {string} record
 * @param {{ inputs: Iterable<string>, outputs: Iterable<string>, sinceMs: number }} made the paths of inputs, relative to the
 *   checkout; those of outputs, absolute; and the system's time in milliseconds before the first input was read
 */
export function recordMaking(record, { inputs, outputs, sinceMs }) {
  rmSync(record, { force: true })
  const read = [...new Set(inputs)].sort()
  if (read.some((file) => statSync(join(root, file)).ctimeMs >= sinceMs - clockTickMs)) return
  const folder = dirname(record)
  const written = [...outputs].map((path) => relative(folder, path))
  replaceFile(record, JSON.stringify({ inputs: hashesOf(root, read), outputs: hashesOf(folder, written) }))
}

/** How much older than the system's time the time of a file can be that is written now: Linux counts those in ticks. */
const clockTickMs = 20

/**
 * Writes a file at once: another process finds it as it was or complete.
 * @param {string} file
 * @param {string | Uint8Array} content
 */
export function replaceFile(file, content) {
  mkdirSync(dirname(file), { recursive: true })
  const partial = `${file}.${process.pid}`
  writeFileSync(partial, content)
  renameSync(partial, file)
}

/**
 * @param {string} folder
 * @param {string[]} files relative to the folder
 */
const hashesOf = (folder, files) => Object.fromEntries(files.map((file) => [file, hashOf(join(folder, file))]))

/**
 * @param {string} file
 * @returns {string | undefined} undefined, if there is none
 */
function hashOf(file) {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('base64')
  } catch {
    return undefined
  }
}

/**
 * @param {string} record
 * @returns {Making | undefined}
 */
function read(record) {
  try {
    return JSON.parse(readFileSync(record, 'utf8'))
  } catch {
    return undefined
  }
}
