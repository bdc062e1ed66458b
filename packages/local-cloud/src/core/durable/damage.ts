import { readFile } from 'node:fs/promises'

/** The remedy for data that cannot be used. */
export const wayOut =
  'put back a copy of the data folder, choose another with --data, or begin with an empty one with --reset'

/** The sentence for a damaged file. */
export function damaged(path: string, what: string): Error {
  return new Error(`${path} is damaged (${what}): ${wayOut}.`)
}

/** The sentence for a file that should be there. */
export function missing(path: string): Error {
  return new Error(`${path} is missing: ${wayOut}.`)
}

/**
 * The content of a file.
 * @throws Error with one sentence, if it is a folder; the system's error, which names the file
 */
export async function readWhole(path: string): Promise<Buffer> {
  return await readFile(path).catch((error: NodeJS.ErrnoException) => {
    // The only one of the system's errors that does not name the file.
    throw error.code === 'EISDIR' ? damaged(path, 'it is a folder') : error
  })
}

/** Our own sentences as they are; the system's and LevelDB's, which name the file, with what to do. */
export function unusable(folder: string, error: unknown): Error {
  const { code, message, cause } = error as NodeJS.ErrnoException
  if (code === undefined) return error as Error
  const reason = (cause as Error | undefined)?.message ?? message
  return new Error(`The data in ${folder} cannot be opened (${reason}): make it writable, free some space, ${wayOut}.`)
}
