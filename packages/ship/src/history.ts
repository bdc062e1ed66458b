/** What the description of `live` remembers: which version was there before, for whoever rolls back. */
export const versionBefore = {
  write: (description: string, before: string) => `${description}; before: version ${before}`,
  read: (description: string) => /; before: version (\d+)$/.exec(description)?.[1],
}
