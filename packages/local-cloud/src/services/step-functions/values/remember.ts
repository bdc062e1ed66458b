/** How many results a function keeps: more than the texts of the machines of one product. */
const mostKept = 1000

/** The same function, but it keeps what it made of the latest texts. */
export function remember<T>(parse: (text: string) => T): (text: string) => T {
  const kept = new Map<string, T>()
  return (text) => {
    const known = kept.get(text)
    if (known !== undefined) return known
    const parsed = parse(text)
    const [oldest] = kept.keys()
    if (kept.size >= mostKept && oldest !== undefined) kept.delete(oldest)
    kept.set(text, parsed)
    return parsed
  }
}
