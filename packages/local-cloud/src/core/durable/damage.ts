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
