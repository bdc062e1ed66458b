/** What the description of `live` remembers: which version was there before, for whoever rolls back. */
export const versionBefore = {
  write: (description: string, before: string) => remarked(description, `; before: version ${before}`),
  read: (description: string) => /; before: version (\d+)$/.exec(description)?.[1],
}

// Lambda takes no longer description, and Terraform may have used all of it.
const longest = 256

/** What a version says of itself, with a remark that is never cut off. */
export function remarked(description: string, remark: string): string {
  return `${description.slice(0, longest - remark.length)}${remark}`
}
