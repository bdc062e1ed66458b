/** The name that takes the fewest typing mistakes to become the given one, for "did you mean". */
export function closestMatch(given: string, names: string[]): string {
  const [best] = names
    .map((name) => ({ name, mistakes: mistakesBetween(given, name) }))
    .sort((a, b) => a.mistakes - b.mistakes)
  return best?.name ?? ''
}

/** How many typing mistakes turn one name into the other: Levenshtein's edit distance, case-insensitive. */
export function mistakesBetween(a: string, b: string): number {
  const target = [...b.toLowerCase()]
  let row = [0, ...target.map((_, column) => column + 1)]
  for (const [index, left] of [...a.toLowerCase()].entries()) {
    const next = [index + 1]
    for (const [column, right] of target.entries()) {
      const replaced = (row[column] ?? 0) + (left === right ? 0 : 1)
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
