/**
 * The end of the description of `live`: the versions that had all calls before, the latest first. It names the version that
 * it was written for, because the console and the AWS CLI change the version of an alias and keep its description.
 */
const record = /; live before version (\d+): (\d+(?:, \d+)*)$/

/** As earlier releases of this command wrote it, without the version that it was written for. */
const earlierRecord = /; before: version (\d+)$/

/** What the description of `live` records. */
export interface Recorded {
  /** The version that was live when it was written; undefined if an earlier release of this command wrote it. */
  version: string | undefined
  /** The versions that had all calls before that one, the latest first. */
  before: readonly string[]
}

/** An alias, as far as its history is concerned. */
interface Described {
  version: string
  description: string
}

/** The record in a description; undefined if there is none. */
export function recordedIn(description: string): Recorded | undefined {
  const [, version, before] = record.exec(description) ?? []
  if (before !== undefined) return { version, before: before.split(', ') }
  const [, earlier] = earlierRecord.exec(description) ?? []
  return earlier === undefined ? undefined : { version: undefined, before: [earlier] }
}

/** A description without the record. */
export const withoutRecord = (description: string) => description.replace(record, '').replace(earlierRecord, '')

/**
 * The versions that had all calls before the one that `live` names, the latest first; empty if that is not known, also
 * because the alias was changed without this command.
 */
export function versionsBefore({ version, description }: Described): string[] {
  const recorded = recordedIn(description)
  return recorded && (recorded.version ?? version) === version ? [...recorded.before] : []
}

/** The versions before `version`, if it takes all calls of this alias now: it is one of those before, or it follows them. */
export function historyAt(alias: Described, version: string): string[] {
  const all = [alias.version, ...versionsBefore(alias)].filter((one) => /^\d+$/.test(one))
  return all.slice(all.indexOf(version) + 1)
}

/** Lambda's limit for descriptions, in characters. */
export const longestDescription = 256

// More steps than anyone goes back, and short enough to leave most of a description.
const mostVersions = 10

/** Space for a record of two versions with six digits: a claim leaves as much. */
export const spaceOfRecord = '; live before version 123456: 123456'.length

/** The record of as many versions as fit into so many characters; empty if there are none. */
export function recordOf(version: string, before: readonly string[], characters = longestDescription): string {
  const counts = before.slice(0, mostVersions).map((_, index) => index + 1)
  const records = counts.map((count) => `; live before version ${version}: ${before.slice(0, count).join(', ')}`)
  return records.findLast(({ length }) => length <= characters) ?? ''
}

/** A description with an end: if both are too long, the description is cut. Terraform may have used all of it. */
export const withEnd = (description: string, end: string) =>
  `${description.slice(0, longestDescription - end.length)}${end}`
