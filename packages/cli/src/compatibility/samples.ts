import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { examples, type Released } from '@confirmation-reminder/contracts/examples'
import type { Sample } from './compatibility.ts'

const checksumsFile = 'checksums.json'

/** The samples that were released of a function's payload, or of the events, the oldest first. */
export function readSamples(folder: string, name: Released): Sample[] {
  if (!existsSync(join(folder, name))) return []
  return readdirSync(join(folder, name))
    .map((file) => ({ version: file.replace(/\.json$/, ''), payload: JSON.parse(read(folder, `${name}/${file}`)) }))
    .sort((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))
}

/**
 * Keeps today's payloads of a function, or today's events, for good, each under the version of contracts that has it and its name, unless
 * they are kept already.
 * @returns the paths of the new samples below the folder; empty if there is nothing new
 * @throws Error if this version has already released other payloads
 */
export function keepSamples(folder: string, name: Released, version: string): string[] {
  const kept = unreleased(folder, name).map((example) => ({
    path: `${name}/${version}-${example}.json`,
    text: `${JSON.stringify(examples[name][example], null, 2)}\n`,
  }))
  if (kept.length === 0) return []
  if (readSamples(folder, name).some((sample) => sample.version.startsWith(`${version}-`))) {
    throw new Error(
      `Contracts ${version} has released its payloads of ${name} already: give packages/contracts a new version first.`,
    )
  }
  mkdirSync(join(folder, name), { recursive: true })
  for (const { path, text } of kept) writeFileSync(join(folder, path), text)
  const added = Object.fromEntries(kept.map(({ path, text }) => [path, hashOf(text)]))
  const checksums = { ...readChecksums(folder), ...added }
  const sorted = Object.fromEntries(Object.entries(checksums).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(join(folder, checksumsFile), `${JSON.stringify(sorted, null, 2)}\n`)
  return kept.map(({ path }) => path)
}

/** The names of those of today's payloads of a function, or of today's events, that are not among the samples. */
export function unreleased(folder: string, name: Released): string[] {
  const samples = readSamples(folder, name)
  return Object.entries(examples[name])
    .filter(([, example]) => !samples.some(({ payload }) => isDeepStrictEqual(payload, example)))
    .map(([example]) => example)
}

/** Samples that are no longer as the command wrote them, or that it did not write: one sentence each. */
export function tamperedSamples(folder: string): string[] {
  const checksums = readChecksums(folder)
  const present = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => readdirSync(join(folder, name)).map((file) => `${name}/${file}`))
  const faults = [...new Set([...present, ...Object.keys(checksums)])].sort().map((path) => {
    if (!present.includes(path)) return `${path} was deleted`
    if (!checksums[path]) return `${path} was not written by the command`
    return hashOf(read(folder, path)) === checksums[path] ? undefined : `${path} was edited`
  })
  return faults.flatMap((fault) =>
    fault ? [`The sample ${fault}: samples are what was released once. Restore it from the history.`] : [],
  )
}

const read = (folder: string, path: string) => readFileSync(join(folder, path), 'utf8')
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')

function readChecksums(folder: string): Record<string, string> {
  return existsSync(join(folder, checksumsFile)) ? JSON.parse(read(folder, checksumsFile)) : {}
}
