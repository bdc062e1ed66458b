/** The description of `live` records the previous version, for a rollback. */
export const versionBefore = {
  write: (description: string, before: string) => remarked(description, `; before: version ${before}`),
  read: (description: string) => /; before: version (\d+)$/.exec(description)?.[1],
}

// Lambda's limit for descriptions; Terraform may have used all of it.
const longest = 256

/** A description with a remark: if both are too long, the description is cut. */
export function remarked(description: string, remark: string): string {
  return `${description.slice(0, longest - remark.length)}${remark}`
}
